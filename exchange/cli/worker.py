"""The worker: deals with news, posts letters, keeps the index whole, does what the clock brings."""

import fcntl
import logging
import time
from contextlib import contextmanager

from flask import current_app
from sqlalchemy.exc import OperationalError

from exchange import reactions
from exchange.core.models import db
from exchange.search import indexing

IDLE = 0.4  # seconds between two looks at the outbox
log = logging.getLogger(__name__)


def work_once():
    """Do all that waits now; returns how many pieces of news and letters were dealt with."""
    with only_worker():
        keep_whole()
        total = 0
        while done := reactions.react():
            total += done
        return total


def work_for_ever():
    """Until the process is stopped; whatever goes wrong is logged, and tried again."""
    with only_worker():
        clock = {name: 0.0 for name, _, _ in reactions.BY_THE_CLOCK}
        whole = False
        while True:
            try:
                whole = whole or keep_whole()
                done = reactions.react()
                run_clock(clock)
                whole = whole and (done > 0 or indexing.is_whole())
            except OperationalError as error:
                log.error("database: %s", error.orig)
                done = 0
            except Exception:
                log.exception("the worker stumbled")
                done = 0
            finally:
                db.session.remove()
            if not done:
                time.sleep(IDLE)


def keep_whole():
    """Mend a missing, broken or differing index before anything else is put into it."""
    indexing.repair()
    return True


def run_clock(clock):
    for name, seconds, task in reactions.BY_THE_CLOCK:
        if time.monotonic() - clock[name] >= seconds or not clock[name]:
            clock[name] = time.monotonic()
            task()


@contextmanager
def only_worker():
    """Hold the worker's lock of this instance; a second worker waits for the first to end."""
    with open(current_app.config["SETTINGS"].instance / "worker.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
