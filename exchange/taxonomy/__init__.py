"""The words that cases are sorted by: topics, tags, goals, countries and regions. May import core."""
