"""Dates of the network: events and their documents, news, and what clocks show where."""
