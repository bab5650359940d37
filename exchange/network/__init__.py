"""The network: which city holds which office. May import core, accounts, taxonomy, practices, search."""
