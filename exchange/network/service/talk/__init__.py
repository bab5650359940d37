"""Talk of the network: challenges and answers, support questions, and what moderators do about talk."""
