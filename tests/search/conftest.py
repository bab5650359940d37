"""The stage of saved searches: a town with public cases, and a clock that tests may put forward."""

import pytest

from tests.search import saved, stage


@pytest.fixture
def town(app):
    """Four public cases in the index, and the context of the worker."""
    stage.play(app)
    with app.app_context():
        saved.come_round()
        yield app


@pytest.fixture
def clock(monkeypatch):
    return saved.Clock(monkeypatch)
