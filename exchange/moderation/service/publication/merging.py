"""Two cases that tell the same: one goes on, the other leads to it and keeps all that it holds."""

from exchange.core import journal
from exchange.core.models import db, now
from exchange.moderation.service.refusals import AlreadyDecided, ReasonMissing
from exchange.moderation.service.rights import has_written
from exchange.practices import service as practices
from exchange.practices.models import READABLE, Practice
from exchange.practices.service import NotAllowed


def merge(practice, into, by, reason):
    """`practice` leaves every list; its addresses lead to `into`. What it holds stays, for moderators.

    Raises AlreadyDecided when it was merged into another case meanwhile, NotAllowed, ReasonMissing.
    """
    hold_both(practice, into)
    if practice.merged_into_id == into.id:
        return
    if practice.merged_into_id:
        raise AlreadyDecided
    check_merger(practice, into, by)
    if not reason.strip():
        raise ReasonMissing
    practice.merged_was = practice.visibility
    practice.visibility, practice.notice = "tombstone", reason.strip()
    practice.merged_into_id, practice.merged_at = into.id, now()
    practice.withdrawal_asked = None
    journal.record("merge", practices.subject(practice), by, into=into.public_id, reason=reason.strip())


def check_merger(practice, into, by):
    if not by.is_coordinator or has_written(practice, by) or has_written(into, by):
        raise NotAllowed("only a coordinator who wrote neither of them merges two cases")
    if practice.id == into.id:
        raise NotAllowed("a case cannot be merged into itself")
    if practice.visibility not in READABLE or into.visibility not in READABLE:
        raise NotAllowed("both cases must be there for readers")
    if practices.public_revision(into) is None:
        raise NotAllowed("the case that stays has no public text")


def part(practice, by, reason):
    """Undo a merger: the case stands again where it stood, with its own address."""
    hold_both(practice)
    if practice.merged_into_id is None:
        return
    if not by.is_coordinator or has_written(practice, by):
        raise NotAllowed("only a coordinator who did not write the case undoes a merger")
    if not reason.strip():
        raise ReasonMissing
    into = db.session.get(Practice, practice.merged_into_id).public_id
    practice.merged_into_id = practice.merged_at = None
    practice.visibility, practice.notice = practice.merged_was, None
    practice.merged_was = None
    journal.record("undo merge", practices.subject(practice), by, into=into, reason=reason.strip())


def hold_both(*held):
    """Hold the rows until the commit, always in the same order, and read them as they stand now."""
    db.session.flush()
    for practice in sorted(held, key=lambda one: one.id):
        db.session.refresh(practice, with_for_update={"of": Practice})
