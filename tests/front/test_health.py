"""An operator asks whether the installation is fit to serve."""

import shutil
from datetime import timedelta

import pytest
from sqlalchemy import text

from exchange.core.journal import News
from exchange.core.models import db, now
from exchange.search import indexing
from tests import cast


@pytest.fixture
def ready(app):
    """An app with an empty but whole index; a function that asks it."""
    with app.app_context():
        indexing.rebuild()
    return lambda: app.test_client().get("/health/ready")


def wrong(answer):
    return sorted(name for name, words in answer.json["checks"].items() if words != "ok")


def test_a_living_process_says_so_even_without_its_database(app):
    with app.app_context():
        db.session.execute(text("DROP TABLE news"))
        db.session.commit()
    answer = app.test_client().get("/health/live")
    assert (answer.status_code, answer.json) == (200, {"status": "alive"})


def test_a_sound_installation_is_ready(ready):
    answer = ready()
    assert answer.status_code == 200, answer.json
    assert answer.json["status"] == "ready" and wrong(answer) == []


def test_a_broken_index_is_told_whatever_news_waits(app, ready):
    shutil.rmtree(app.config["SETTINGS"].index)
    answer = ready()
    assert answer.status_code == 503 and wrong(answer) == ["index"]
    add_news(app, now())
    assert wrong(ready()) == ["index"]


def test_an_index_that_lags_is_told_unless_news_on_its_way_explains_it(app, ready):
    with app.app_context():
        cast.published(cast.ana(), cast.bruno())
        db.session.query(News).update({"done_at": now()})
        db.session.commit()
    assert wrong(ready()) == ["index"]
    add_news(app, now())
    assert ready().status_code == 200


def test_news_that_waits_for_too_long_is_told(app, ready):
    add_news(app, now() - timedelta(minutes=6))
    answer = ready()
    assert answer.status_code == 503 and wrong(answer) == ["outbox"]


def test_a_pending_migration_is_told(app, ready):
    with app.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = 'long-ago'"))
        db.session.commit()
    answer = ready()
    assert answer.status_code == 503 and "migrations" in wrong(answer)


def test_a_database_without_its_tables_is_told_and_nothing_breaks(app, ready):
    with app.app_context():
        db.session.execute(text("DROP TABLE news"))
        db.session.commit()
    answer = ready()
    assert answer.status_code == 503 and "outbox" in wrong(answer)


def add_news(app, at):
    with app.app_context():
        db.session.add(News(act="publish", payload={"subject": "practice:ZZZZZZ"}, at=at, next_try_at=at))
        db.session.commit()
