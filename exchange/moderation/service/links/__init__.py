"""People without an account, asked by a link that works once: clearance, colleagues, cities, contacts."""
