"""Is this installation fit to serve? Each check is (ok, what is wrong)."""

import shutil
from datetime import timedelta

from flask import current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from exchange.core import journal, schema
from exchange.core.models import db, now
from exchange.search import indexing

LEAST_FREE = 200 * 1024 * 1024  # bytes
OLDEST_NEWS = timedelta(minutes=5)


def readiness():
    """Name → (ok, detail) of database, migrations, disk, outbox age and index; never raises."""
    checks = {
        "database": (database, "does not answer"),
        "migrations": (migrated, "pending"),
        "disk": (disk, "almost full"),
        "outbox": (outbox, "news waits for too long: is the worker running?"),
        "index": (index, "missing or broken: search is degraded"),
    }
    return {name: (passes(check), detail) for name, (check, detail) in checks.items()}


def passes(check):
    try:
        return bool(check())
    except (SQLAlchemyError, OSError):
        db.session.rollback()
        return False


def database():
    return db.session.scalar(text("SELECT 1")) == 1


def migrated():
    return not schema.pending()


def disk():
    return shutil.disk_usage(current_app.config["SETTINGS"].instance).free > LEAST_FREE


def outbox():
    oldest = journal.oldest_waiting()
    return oldest is None or now() - oldest < OLDEST_NEWS


def index():
    """Readable, and whole or just about to be: news that is on its way explains a difference."""
    return indexing.is_readable() and (indexing.is_whole() or journal.oldest_waiting() is not None)
