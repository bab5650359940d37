"""The worker goes on, whatever happens to the index, the database or another worker."""

import os
import shutil
import sqlite3
import subprocess
import threading
import time
from contextlib import closing, contextmanager

import pytest
from flask import current_app
from sqlalchemy import select

from exchange import reactions
from exchange.cli import worker
from exchange.core import models
from exchange.core.models import db
from exchange.notifications.models import Letter
from exchange.practices import service as practices
from exchange.practices.models import Practice
from exchange.search import indexing
from exchange.search.engine import get_engine
from exchange.search.engines import whoosh_engine
from exchange.taxonomy import service as taxonomy
from tests import cast
from tests.cli.conftest import answer
from tests.server import COMMAND

PATIENCE = 30  # seconds


@contextmanager
def at_work(shell):
    """A worker in a thread of its own, until the block ends."""
    stop = threading.Event()

    thread = threading.Thread(target=answer, args=[shell.app(), lambda: worker.work_for_ever(stop)])
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def comes_true(question):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if question():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def shell(shell):
    def play():
        cast.vocabulary()
        cast.published(cast.ana(), cast.bruno())

    shell.act(play)
    return shell


def tell_another(shell, title):
    def tell():
        people = [
            db.session.scalar(select(cast.User).where(cast.User.name == one)) for one in ("Ana", "Bruno")
        ]
        cast.published(*people, title=title)

    shell.act(tell)


def is_equal(shell):
    return lambda: shell.ask(lambda: indexing.is_whole() and indexing.verify() == [])


def letters(shell):
    """How many letters about a publication have been sent."""
    return shell.ask(count_letters)


def count_letters():
    sent = select(Letter).where(Letter.kind == "published", Letter.sent_at.is_not(None))
    with models.reading():
        return len(db.session.scalars(sent).all())


def test_an_index_that_is_lost_while_the_worker_runs_is_built_again(shell):
    with at_work(shell):
        assert comes_true(is_equal(shell))
        shutil.rmtree(shell.folder / "index")
        assert comes_true(is_equal(shell))
        tell_another(shell, "Another budget")
        assert comes_true(is_equal(shell))


def test_a_new_synonym_finds_cases_as_soon_as_the_worker_hears_of_it(shell):
    def add():
        bruno = db.session.scalar(select(cast.User).where(cast.User.name == "Bruno"))
        topic = indexing.committed_documents(public_ids())[0].facets["topic"][0]
        taxonomy.add_synonym("topic", topic, "kitty", "en", bruno)

    def is_known():
        return any(name.text == "kitty" for name in get_engine(current_app).names())

    with at_work(shell):
        assert comes_true(is_equal(shell))
        shell.act(add)
        assert comes_true(lambda: shell.ask(is_known))


def test_small_segments_are_merged_when_nothing_else_waits(shell, monkeypatch):
    monkeypatch.setattr(whoosh_engine, "FULL", 2)
    with at_work(shell):
        assert comes_true(is_equal(shell))
        for number in range(4):
            tell_another(shell, f"Budget number {number}")
            assert comes_true(is_equal(shell))
        assert comes_true(lambda: shell.ask(indexing.about).segments <= 2)
    assert shell.ask(lambda: indexing.verify()) == []


def test_damage_without_a_trace_is_mended_by_the_clock(shell, monkeypatch):
    often = [(name, min(seconds, 0.5), task) for name, seconds, task in reactions.BY_THE_CLOCK]
    monkeypatch.setattr(reactions, "BY_THE_CLOCK", often)
    with at_work(shell):
        assert comes_true(is_equal(shell))
        before = (shell.folder / "index" / "current").readlink()
        path = next((shell.folder / "index" / "current").glob("*.txt"))
        times, data = path.stat(), path.read_bytes()
        path.write_bytes(data.swapcase())
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        assert comes_true(lambda: (shell.folder / "index" / "current").readlink() != before)
    assert shell.ask(lambda: indexing.verify()) == []


def public_ids():
    return db.session.scalars(practices.public().with_only_columns(Practice.public_id)).all()


def test_letters_go_out_while_the_index_cannot_be_written_and_it_mends_later(shell, caplog):
    obstacle = shell.folder / "index.lock"
    obstacle.mkdir()
    with at_work(shell):
        assert comes_true(lambda: letters(shell) == 1)
        tell_another(shell, "Another budget")
        assert comes_true(lambda: letters(shell) == 2)
        assert "the worker stumbled" in caplog.text
        obstacle.rmdir()
        assert comes_true(is_equal(shell))


def test_a_database_that_is_locked_for_long_is_survived(shell, monkeypatch, caplog):
    monkeypatch.setattr(models, "BUSY_SECONDS", 0.1)  # of the connections that the worker opens
    file = shell.folder / "exchange.sqlite"
    with closing(sqlite3.connect(file, isolation_level=None)) as other, at_work(shell):
        assert comes_true(is_equal(shell))
        monkeypatch.undo()
        other.execute("BEGIN IMMEDIATE")
        assert comes_true(lambda: "database is locked" in caplog.text)
        other.execute("ROLLBACK")
        tell_another(shell, "Another budget")
        assert comes_true(is_equal(shell))
        assert comes_true(lambda: letters(shell) == 2)


def test_a_task_of_the_clock_that_fails_hinders_nothing_else(shell, monkeypatch):
    def broken():
        raise ValueError("broken clock")

    monkeypatch.setattr(reactions, "BY_THE_CLOCK", (("broken", 3600, broken),))
    with at_work(shell):
        assert comes_true(is_equal(shell))
        assert comes_true(lambda: letters(shell) == 1)


def test_two_workers_take_turns(shell):
    with at_work(shell):
        assert comes_true(is_equal(shell))
        second = subprocess.Popen(
            [*COMMAND, "work", "--once"],
            env={**shell.environ, "PORT": "8000", "PATH": "/usr/bin"},
            stdout=subprocess.PIPE,
        )
        with pytest.raises(subprocess.TimeoutExpired):
            second.communicate(timeout=2)
    assert second.communicate(timeout=PATIENCE)[0] == b"0 pieces of news dealt with.\n"
