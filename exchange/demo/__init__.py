"""The demonstration: real, well-known practices in our own words, compiled from public facts."""
