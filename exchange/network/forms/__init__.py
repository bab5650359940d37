"""Forms of the network, a file for each subject."""
