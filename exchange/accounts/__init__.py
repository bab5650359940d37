"""People, the cities they work for, and how they sign in. May import core."""
