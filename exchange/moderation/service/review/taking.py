"""Who reads a case: taken, assigned, given back."""

from exchange.core.models import db, now
from exchange.moderation.service.refusals import AlreadyDecided, AlreadyTaken, ConflictOfInterest
from exchange.moderation.service.reviews import claim_end, hand_back, hold, record
from exchange.moderation.service.rights import conflict_of, has_written
from exchange.practices import service as practices
from exchange.practices.service import NotAllowed


def take(review, by, conflict_note=""):
    """The review becomes this moderator's, for as long as she is at work on it.

    Raises AlreadyTaken(who), AlreadyDecided, ConflictOfInterest.

    Only a coordinator may note why a conflict of interest does no harm here.
    """
    hold(review)
    if review.closed_at:
        raise AlreadyDecided(review.decision)
    if review.reviewer_id == by.id:
        return
    if not by.is_moderator:
        raise NotAllowed("only moderators take reviews")
    if review.reviewer_id:
        raise AlreadyTaken(review.reviewer)
    give(review, by, conflict_note if by.is_coordinator else "")
    review.claim_until = claim_end()
    record("take", review, by)


def assign(review, to, by, conflict_note=""):
    """A coordinator gives the review to a moderator or an expert."""
    hold(review)
    if review.closed_at:
        raise AlreadyDecided(review.decision)
    if not by.is_coordinator or has_written(review.practice, by):
        raise NotAllowed("only a coordinator who did not write the case assigns it")
    if not (to.may_review and to.is_active):
        raise NotAllowed("this person does not review")
    if review.reviewer_id == to.id:
        return
    give(review, to, conflict_note)
    record("assign", review, by, to=to.id)


def release(review, by):
    """Back to those that nobody has."""
    hold(review)
    if review.closed_at:
        raise AlreadyDecided(review.decision)
    if review.reviewer_id is None:
        return
    if not (review.reviewer_id == by.id or by.is_coordinator):
        raise NotAllowed("only whoever has it, or a coordinator, gives a review back")
    hand_back(review)
    record("release", review, by, news=False)


def give(review, to, conflict_note):
    conflict = conflict_of(review.practice, to)
    if conflict == "author" or (conflict and not conflict_note):
        raise ConflictOfInterest(conflict)
    review.reviewer, review.reviewer_id = to, to.id
    review.taken_at, review.claim_until = now(), None
    review.warned_at = review.reminded_at = None
    review.conflict_note = conflict_note if conflict else ""
    if review.revision.state == "submitted":
        practices.move(review.revision, "in_review")
    db.session.flush()
