"""What follows from what: which news wakes which handler after the commit, and what the clock brings."""

import logging

from exchange.accounts import service as accounts
from exchange.core import journal
from exchange.front.personal import forgetting, sweeping
from exchange.moderation import service as moderation
from exchange.moderation.bulk import progress as bulk
from exchange.moderation.service.tables import uploads
from exchange.network.service.dates import documents
from exchange.network.service.figures import adding
from exchange.network.service.ledger import descent, recording
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
    "adoptions counted",
    "place changed",
    "freshness running",
    "freshness changed",
    "freshness ended",
)

HANDLERS = {act: [notifications.write_letters] for act in notifications.LETTERS}
for act in SHOWN:
    HANDLERS.setdefault(act, []).append(indexing.refresh)

for act in ("publish", "make unlisted", "make archived", "make tombstone", "make public"):
    HANDLERS[act].append(descent.refresh)
for act in ("merge", "undo merge"):
    HANDLERS[act] += [descent.refresh, recording.recount]
for act in ("hide", "show again"):
    HANDLERS.setdefault(act, []).append(recording.recount_hidden)
HANDLERS["upload waits"] = [bulk.go_on]
HANDLERS["vocabulary changed"] = [indexing.renew_names]
HANDLERS["verify"] = [alerts.adopt_all]
for act in ("change address", "resume letters"):
    HANDLERS.setdefault(act, []).insert(0, notifications.follow_address)
HANDLERS["change address"].append(alerts.adopt_all)
HANDLERS["forget person"] = [forgetting.forget_person]

BY_THE_CLOCK = (  # name, every so many seconds, what
    ("sweep news", 3600, journal.sweep),
    ("sweep accounts", 3600, accounts.sweep),
    ("sweep letters", 3600, posting.sweep),
    ("sweep personal data", 3600, sweeping.sweep),
    ("sweep searches", 3600, alerts.sweep),
    ("sweep drafts", 3600, history.sweep),
    ("sweep files", 86400, media.sweep),
    ("sweep documents", 86400, documents.sweep),
    ("inspect the index", 3600, indexing.inspect),
    ("publish what is due", 15, moderation.publish_due),
    ("tell of holds", 60, moderation.tell_of_holds),
    ("remind of clearance", 3600, moderation.clearing.remind),
    ("ask whether cases hold", 3600, moderation.freshness.ask_around),
    ("remind of freshness", 3600, moderation.freshness.remind),
    ("notice silence", 3600, moderation.freshness.notice_silence),
    ("look at family trees", 86400, descent.rebuild),
    ("sweep uploads", 600, uploads.sweep),
    ("daily letters", 600, posting.write_digests),
    ("dates of the desk", 3600, moderation.look_at_the_clock),
    ("add up reads", 30, adding.add_up),
    ("sweep reads", 86400, adding.sweep),
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
