"""Real parts for every test: a migrated database file of its own, an app on it, people to play with."""

import gc
import os
import shutil
from pathlib import Path

import pytest

from exchange import config, create_app
from exchange.core import schema
from exchange.core.models import db
from tests import cast, quick
from tests.search import saved, stage

FULL = os.environ.get("EXCHANGE_TEST") == "full"
POSTGRES = cast.POSTGRES

quick.make_haste()


@pytest.fixture(scope="session")
def full():
    """Whether the long counts that the issues name are asked for."""
    return FULL


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """A folder with a freshly migrated database and the vocabulary, copied for every test."""
    folder = tmp_path_factory.mktemp("template")
    app = make_app(folder, cast.database_url(folder, POSTGRES, "template"))
    with app.app_context():
        schema.migrate()
        cast.vocabulary()
        db.session.commit()
        db.engine.dispose()
    gc.freeze()
    return folder


@pytest.fixture
def app(template, tmp_path):
    """The application on its own copy of the template; no context is held open."""
    app = copied_app(template, tmp_path)
    yield app
    put_away(app)


@pytest.fixture(scope="session")
def played(template, tmp_path_factory):
    """Four public cases in the index, of which the worker has told everybody: copied for every town."""
    app = copied_app(template, tmp_path_factory.mktemp("played"))
    stage.play(app)
    with app.app_context():
        saved.come_round()
    close(app)
    yield app
    put_away(app)


@pytest.fixture
def quiet_town(app, played):
    """Four public cases in the index."""
    cast.move_in(app, played)
    return app


def copied_app(template, folder):
    shutil.copytree(template, folder, dirs_exist_ok=True)
    return make_app(folder, cast.copied_database(template, folder, POSTGRES))


def put_away(app):
    close(app)
    cast.drop_database(app)


def close(app):
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def make_app(folder, database_url):
    environ = {
        "EXCHANGE_INSTANCE": str(folder),
        "EXCHANGE_DATABASE_URL": database_url,
        "EXCHANGE_SECRET_KEY": "only for tests, and long enough for them",
        "EXCHANGE_REPLY_DAYS": "0",
        "EXCHANGE_TELL_CITY_DAYS": "0",
    }
    app = create_app(config.load(environ, Path(folder)))
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app
