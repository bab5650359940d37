"""The database: one base class, UTC times that refuse to be naive, SQLite set up to lose nothing."""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Engine, Index, MetaData, event, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
BUSY_SECONDS = 5
only_reading = ContextVar("only_reading", default=False)

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCTime(TypeDecorator):
    """A moment, stored in UTC. A naive datetime raises ValueError instead of being guessed at."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without zone: {value}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


PLAIN_JSON = JSON().with_variant(JSONB(), "postgresql")


class Base(DeclarativeBase):
    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={datetime: UTCTime, dict: PLAIN_JSON, list: PLAIN_JSON},
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
Model = Base if TYPE_CHECKING else db.Model


def now():
    return datetime.now(UTC)


class Gone(Exception):
    """The row is not there any more: somebody removed it at the same moment."""


def hold_row(row, names=None):
    """Keep a row until the commit and read it as it stands now: all of it, or these columns. Raises Gone."""
    db.session.flush()
    try:
        db.session.refresh(row, names, with_for_update={"of": type(row)})
    except InvalidRequestError as error:
        raise Gone from error


def one_of(column, values):
    """The SQL of a check constraint: the column holds one of the values."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def index_where(name, *columns, where, unique=False):
    """A partial index: only the rows that fulfil the SQL condition, on both databases."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


only_reads = ContextVar("only_reads", default=False)


@contextmanager
def reading():
    """Transactions begun inside only read: they hold up no writer, and the database refuses writes."""
    token = only_reads.set(True)
    try:
        yield
    finally:
        only_reads.reset(token)


def reads_only():
    """A page that is only looked at never writes: the database itself refuses."""
    return only_reads.get() or (has_request_context() and request.method in SAFE_METHODS)


@event.listens_for(Engine, "connect")
def prepare_connection(connection, _record):
    if "sqlite" not in type(connection).__module__:
        connection.execute("SET TIME ZONE 'UTC'")  # or years would end by the clock of the server
        connection.commit()
        return
    connection.isolation_level = None  # we say BEGIN ourselves, below
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def begin(connection):
    """A reader that turns writer fails at once on SQLite, so writers say so at the start."""
    reading = reads_only()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA query_only={int(reading)}")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
    elif reading:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
