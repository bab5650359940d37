"""The pages of those who tell a case."""
