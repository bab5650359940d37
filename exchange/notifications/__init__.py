"""Which news becomes which letter, to whom, and how it reaches them.

May import core, accounts, taxonomy, practices, search, network, moderation.
"""
