"""Finding: the question, the engines that answer it, the index that the outbox feeds.

May import core, accounts, taxonomy, practices.
"""
