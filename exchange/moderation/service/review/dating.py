"""Until when an answer is due, set by hand: authors were told a date, it is moved in the open and not far."""

from datetime import timedelta

from exchange.core.models import now
from exchange.moderation.service.refusals import AlreadyDecided, NotLater, TooFar
from exchange.moderation.service.reviews import hold, record, touch
from exchange.moderation.service.rights import has_written
from exchange.practices.service import NotAllowed

BY_HOLDER = timedelta(days=28)  # from the submission on: an author waits four weeks at most, or is told why
BY_COORDINATOR = timedelta(days=365)  # from now on


def set_due(review, moment, by):
    """An answer is due then; whoever has the case is reminded anew. Returns whether anything changed.

    Raises AlreadyDecided, NotAllowed, NotLater for what is over, TooFar(until).
    """
    hold(review)
    if review.closed_at:
        raise AlreadyDecided(review.decision)
    if not may_date(review, by):
        raise NotAllowed("only a coordinator who did not write the case, or whoever has it, sets the date")
    if moment == review.due_at:
        return False
    if moment <= now():
        raise NotLater
    if moment > (until := latest_due(review, by)):
        raise TooFar(until)
    was, review.due_at, review.reminded_at = review.due_at, moment, None
    touch(review, by)
    told = {"until": moment.isoformat(), "was": was.isoformat() if was else None}
    record("set due date", review, by, **told)
    return True


def may_date(review, user):
    """A coordinator, or whoever has the case; nobody who wrote it."""
    mine = review.reviewer_id == user.id and user.may_review
    return (
        review.closed_at is None and (user.is_coordinator or mine) and not has_written(review.practice, user)
    )


def latest_due(review, user):
    """The last moment that this person may choose."""
    return now() + BY_COORDINATOR if user.is_coordinator else review.opened_at + BY_HOLDER
