"""The real hasher at its cheapest: these tests sign in hundreds of times."""

import pytest
from argon2 import PasswordHasher

from exchange.accounts.service import passwords

REAL_HASHER = passwords.hasher


@pytest.fixture(autouse=True)
def cheap_hashing(monkeypatch):
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
