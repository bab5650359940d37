"""What follows from what: which news wakes which handler after the commit, and what the clock brings."""

import logging

from exchange.accounts import service as accounts
from exchange.core import journal
from exchange.moderation import service as moderation
from exchange.moderation.bulk import progress as bulk
from exchange.moderation.service.tables import uploads
from exchange.notifications import posting
from exchange.notifications import service as notifications
from exchange.practices import history, media
from exchange.search import alerts, indexing, lookout

log = logging.getLogger(__name__)

SHOWN = (
    "publish",
    "make unlisted",
    "make archived",
    "make tombstone",
    "make public",
    "merge",
    "undo merge",
    "publish translation",
    "remove translation",
    "accept evaluation",
    "remove evaluation",
    "endorsement confirmed",
    "endorsement disputed",
    "endorsement ended",
    "fall silent",
    "freshness running",
    "freshness changed",
    "freshness ended",
)

HANDLERS = {act: [notifications.write_letters] for act in notifications.LETTERS}
for act in SHOWN:
    HANDLERS.setdefault(act, []).append(indexing.refresh)

HANDLERS["upload waits"] = [bulk.go_on]
HANDLERS["vocabulary changed"] = [indexing.renew_names]
HANDLERS["verify"] = [alerts.adopt_all]
for act in ("change address", "resume letters"):
    HANDLERS.setdefault(act, []).insert(0, notifications.follow_address)
HANDLERS["change address"].append(alerts.adopt_all)
HANDLERS["leave"] = [alerts.forget_person]

BY_THE_CLOCK = (  # name, every so many seconds, what
    ("sweep news", 3600, journal.sweep),
    ("sweep accounts", 3600, accounts.sweep),
    ("sweep letters", 3600, posting.sweep),
    ("sweep searches", 3600, alerts.sweep),
    ("sweep drafts", 3600, history.sweep),
    ("sweep files", 86400, media.sweep),
    ("inspect the index", 3600, indexing.inspect),
    ("publish what is due", 15, moderation.publish_due),
    ("tell of holds", 60, moderation.tell_of_holds),
    ("remind of clearance", 3600, moderation.clearing.remind),
    ("ask whether cases hold", 3600, moderation.freshness.ask_around),
    ("remind of freshness", 3600, moderation.freshness.remind),
    ("notice silence", 3600, moderation.freshness.notice_silence),
    ("sweep uploads", 600, uploads.sweep),
    ("daily letters", 600, posting.write_digests),
    ("dates of the desk", 3600, moderation.look_at_the_clock),
    ("new to searches", 15, lookout.look_around),
)


def react(limit=200):
    """Deal with waiting news, then hand waiting letters to the mail server; returns how much was done."""
    index_at_once(limit)
    done = journal.deliver(HANDLERS, limit)
    return done + posting.post_letters()


def index_at_once(limit):
    """Many in one commit; each one's own turn then finds nothing to do, or meets the trouble alone."""
    try:
        indexing.refresh_waiting(SHOWN, limit)
    except OSError as error:
        log.error("not indexed now: %s", error)
