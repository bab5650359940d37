"""The stage of saved searches: a town with public cases, and a clock that tests may put forward."""

import pytest

from tests.search import saved


@pytest.fixture
def town(quiet_town):
    """Such a town, and the context of the worker."""
    with quiet_town.app_context():
        yield quiet_town


@pytest.fixture
def clock(monkeypatch):
    return saved.Clock(monkeypatch)
