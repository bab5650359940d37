"""The public case: withdrawn, taken down, brought back, confirmed by its city."""

from exchange.core import journal
from exchange.core.models import db
from exchange.moderation.service.refusals import AlreadyDecided, ConflictOfInterest, ReasonMissing
from exchange.moderation.service.rights import conflict_of, has_written
from exchange.practices import service as practices
from exchange.practices.models import Practice
from exchange.practices.service import NotAllowed


def decide_withdrawal(practice, by, agree, reason=""):
    """Answer the lead author's wish: a withdrawal notice with this reason, or the case stays."""
    hold_practice(practice)
    if practice.withdrawal_asked is None:
        if agree and practice.visibility == "tombstone":
            return
        raise AlreadyDecided
    if not by.is_moderator:
        raise NotAllowed("only moderators decide on withdrawals")
    if conflict := conflict_of(practice, by):
        raise ConflictOfInterest(conflict)
    if not reason.strip():
        raise ReasonMissing
    if agree:
        practices.show(practice, "tombstone", by, reason.strip())
    else:
        practice.withdrawal_asked = None
        journal.record("decline withdrawal", practices.subject(practice), by, reason=reason.strip())


def take_down(practice, by, reason):
    """A coordinator takes a public case off, at once; a notice with the reason stays."""
    change_visibility(practice, "tombstone", by.is_coordinator, by, reason)


def restore(practice, by, reason):
    """A moderator brings back a case that was taken down, withdrawn or archived."""
    change_visibility(practice, "public", by.is_moderator, by, reason)


def confirm(practice, word, by, reason=""):
    """The city's admin speaks for it: confirmed or disputed (what others tell), or no longer supported."""
    hold_practice(practice)
    if practice.city_id is None or not by.is_admin_of(practice.city_id):
        raise NotAllowed("only the admin of the case's city speaks for the city")
    if practice.told_by == "city" and word != "ended":
        raise NotAllowed("the city tells this case itself")
    if practice.visibility not in ("public", "unlisted", "archived"):
        raise NotAllowed("it is not public")
    if word != "confirmed" and not reason.strip():
        raise ReasonMissing
    practices.endorse(practice, word, by, reason.strip())


def change_visibility(practice, visibility, may, by, reason):
    hold_practice(practice)
    if practice.visibility == visibility:
        return
    if not may or has_written(practice, by):
        raise NotAllowed("only moderators who did not write a case bring it back, coordinators take it down")
    if visibility == "public" and not practices.public_revision(practice):
        raise NotAllowed("it has never been public")
    if not reason.strip():
        raise ReasonMissing
    practices.show(practice, visibility, by, reason.strip())


def hold_practice(practice):
    db.session.flush()
    db.session.refresh(practice, with_for_update={"of": Practice})
