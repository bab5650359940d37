"""Figures: how often cases are read (`spool` → `adding` → `reads`), the network in numbers, a city's year."""
