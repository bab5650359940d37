"""The floor that everything stands on: times, locks, and pages that never write."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, StatementError

from exchange.core.journal import AuditLine
from exchange.core.models import db
from tests import quick


def test_a_time_without_a_zone_is_refused(app):
    with app.app_context():
        db.session.add(AuditLine(act="x", subject="y", at=datetime(2026, 1, 1)))
        with pytest.raises(StatementError, match="without zone"):
            db.session.flush()
        db.session.rollback()


def test_a_time_comes_back_as_the_same_moment(app):
    with app.app_context():
        moment = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
        db.session.add(AuditLine(act="x", subject="y", at=moment))
        db.session.commit()
        db.session.expire_all()
        assert db.session.query(AuditLine).one().at == moment


def test_a_page_that_is_only_looked_at_cannot_write(app):
    with app.test_request_context("/", method="GET"):
        with pytest.raises(DatabaseError):
            db.session.execute(text("DELETE FROM topics"))
        db.session.rollback()


def test_a_commit_is_on_the_disk_before_it_is_acknowledged(app):
    """Full synchronisation: with less, a power cut takes acknowledged writes with it."""
    with quick.minding_power_cuts(), app.app_context():
        if db.engine.dialect.name == "sqlite":
            names = ("journal_mode", "synchronous", "foreign_keys")
            found = [db.session.scalar(text(f"PRAGMA {name}")) for name in names]
            assert found == ["wal", 2, 1]
        else:
            assert db.session.scalar(text("SHOW synchronous_commit")) == "on"


def test_two_who_write_at_once_wait_for_each_other(app):
    """A reader that turns writer would fail at once on SQLite; both of these must succeed."""
    faults = []

    def write():
        try:
            with app.app_context():
                for _ in range(10):
                    db.session.query(AuditLine).count()
                    db.session.add(AuditLine(act="x", subject="y"))
                    db.session.commit()
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with app.app_context():
        assert faults == [] and db.session.query(AuditLine).count() == 40
