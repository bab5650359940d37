"""The network itself: which city holds which office. May import core, accounts, taxonomy, practices, search."""
