"""kill -9 of the server and the worker at random, while people submit and approve and the index is written.

Real processes on an instance of their own (SQLite), real HTTP, real signals. After each kill: every act
that was acknowledged is in the database exactly once, nothing is half done, and the index equals the table.
"""

import contextlib
import http.client
import itertools
import random
import shutil
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select, text

from exchange.core import journal, schema
from exchange.core.journal import AuditLine, News
from exchange.core.models import db, reading
from exchange.moderation.models import Decision, Review
from exchange.notifications.models import Letter
from exchange.practices.models import Practice, Revision
from exchange.search import indexing
from tests import cast
from tests.conftest import make_app, put_away
from tests.server import Server, is_alive

KILLS = {False: 3, True: 36}  # in the short and in the full run
ON_HAND = 24  # drafts that wait to be submitted when a round begins
PROMISE = 5.0  # seconds until index and table are equal again, by the clock; measured and printed
PATIENCE = 60.0  # seconds after which the test gives up
ACTS = ("submit", "take", "approve", "publish")
STANDING = {  # state → the acts that lead there, each exactly once
    "draft": (),
    "submitted": ACTS[:1],
    "in_review": ACTS[:2],
    "approved": ACTS[:3],
    "published": ACTS,
}
LETTERS = {"submit": "submitted", "take": "taken", "publish": "published"}  # act → what Ana must get
VICTIMS = (("supervisor", "web", "work"), ("supervisor",), ("web",), ("work",))
HOW = ("at random", "while the index is written", "while a lost index is built")


@pytest.fixture
def play(tmp_path):
    """A network of its own on SQLite, whatever the rest of the suite runs on."""
    database = f"sqlite:///{tmp_path / 'exchange.sqlite'}"
    app = make_app(tmp_path, database)
    with app.app_context():
        schema.migrate()
        cast.vocabulary()
        people = [cast.ana(), cast.bruno(), cast.person("Milan", "moderator")]
        db.session.commit()
    yield Play(app, people)
    app.config["SETTINGS"].database_url = database if False else None  # pragma: no cover
