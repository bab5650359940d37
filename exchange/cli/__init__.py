"""The command line: exchange serve, work, migrate, seed, import, reindex, doctor, setup, user."""
