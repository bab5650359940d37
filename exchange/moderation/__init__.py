"""Writing and reviewing: the form, the desk, reviews, decisions and comments.

May import core, accounts, taxonomy, practices, search, network.
"""
