"""The worker: deals with news, posts letters, keeps the index whole, does what the clock brings."""

import fcntl
import logging
import time
from contextlib import contextmanager
from threading import Event

from flask import current_app
from sqlalchemy.exc import OperationalError

from exchange import reactions
from exchange.cli.progress import Progress
from exchange.core.models import db
from exchange.search import indexing

IDLE = 0.4  # seconds between two looks at the outbox
LONGEST_REST = 5.0  # seconds between two tries while something goes wrong
log = logging.getLogger(__name__)


def work_once():
    """Do all that waits now; returns how many pieces of news and letters were dealt with."""
    with only_worker():
        attempt(keep_whole)
        total = 0
        while done := reactions.react():
            total += done
        return total


def work_for_ever(stop=None):
    """Until the process ends or `stop` is set; what goes wrong hinders nothing else, and is tried again."""
    stop = stop or Event()
    with only_worker():
        clock = {name: 0.0 for name, _, _ in reactions.BY_THE_CLOCK}
        whole, rest = False, IDLE
        while not stop.is_set():
            whole = whole or attempt(keep_whole)
            done = attempt(reactions.react)
            on_time = attempt(run_clock, clock)
            tended = attempt(indexing.tend) if whole and done == 0 else False
            well = whole and on_time and None not in (done, tended)
            whole = whole and attempt(indexing.is_readable if done else indexing.is_whole)
            rest = IDLE if well else min(2 * rest, LONGEST_REST)
            if not done and not tended:
                stop.wait(rest)


def attempt(job, *args):
    """What the job returns, or None when it fails, which is logged."""
    try:
        return job(*args)
    except OperationalError as error:
        log.error("database: %s", error.orig)
    except Exception:
        log.exception("the worker stumbled")
    finally:
        db.session.remove()
    return None


def keep_whole():
    """Mend a missing, broken or differing index before anything else is put into it."""
    progress = Progress("Indexing")
    indexing.repair(progress)
    progress.close()
    return True


def run_clock(clock):
    """Do what is due; returns True."""
    for name, seconds, task in reactions.BY_THE_CLOCK:
        if time.monotonic() - clock[name] >= seconds or not clock[name]:
            clock[name] = time.monotonic()
            task()
    return True


@contextmanager
def only_worker():
    """Hold the worker's lock of this instance; a second worker waits for the first to end."""
    with open(current_app.config["SETTINGS"].instance / "worker.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
