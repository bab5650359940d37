"""What follows from what: which news wakes which handler after the commit, and what the clock brings."""

import logging

from exchange.accounts import service as accounts
from exchange.core import journal
from exchange.notifications import service as notifications
from exchange.search import alerts, indexing, lookout

log = logging.getLogger(__name__)

SHOWN = (
    "publish",
    "make unlisted",
    "make archived",
    "make tombstone",
    "make public",
    "endorsement confirmed",
    "endorsement disputed",
    "endorsement ended",
)

HANDLERS = {act: [notifications.write_letters] for act in notifications.LETTERS}
for act in SHOWN:
    HANDLERS.setdefault(act, []).append(indexing.refresh)

HANDLERS["vocabulary changed"] = [indexing.renew_names]
HANDLERS["verify"] = [alerts.adopt_all]
HANDLERS["leave"] = [alerts.forget_person]

BY_THE_CLOCK = (  # name, every so many seconds, what
    ("sweep news", 3600, journal.sweep),
    ("sweep accounts", 3600, accounts.sweep),
    ("sweep letters", 3600, notifications.sweep),
    ("sweep searches", 3600, alerts.sweep),
    ("inspect the index", 3600, indexing.inspect),
    ("daily letters", 600, notifications.write_digests),
    ("new to searches", 15, lookout.look_around),
)


def react(limit=200):
    """Deal with waiting news, then hand waiting letters to the mail server; returns how much was done."""
    index_at_once(limit)
    done = journal.deliver(HANDLERS, limit)
    return done + notifications.post_letters()


def index_at_once(limit):
    """Many in one commit; each one's own turn then finds nothing to do, or meets the trouble alone."""
    try:
        indexing.refresh_waiting(SHOWN, limit)
    except OSError as error:
        log.error("not indexed now: %s", error)
