"""Positions: what cities say together, and which of them signed it."""
