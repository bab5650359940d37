"""The cases: practice, revision, media, labels, and the one table of their fields.

May import core, accounts, taxonomy.
"""
