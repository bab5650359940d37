"""Many at once: each case by its own verb, in a savepoint of its own, with its own recorded decision."""

from exchange.core.models import db
from exchange.moderation.service.refusals import AlreadyDecided, AlreadyTaken, Refusal
from exchange.moderation.service.review.deciding import decide
from exchange.moderation.service.review.taking import give
from exchange.moderation.service.reviews import hold
from exchange.practices.service import NotAllowed

REFUSALS = (Refusal, NotAllowed)


def each(things, act):
    """[(thing, what the verb returned, or its refusal)]; a refused one leaves the others as they are."""
    return [(thing, alone(thing, act)) for thing in things]


def alone(thing, act):
    try:
        with db.session.begin_nested():
            return act(thing)
    except REFUSALS as refusal:
        return refusal


def approve_many(reviews, by, design=None, independence=None, **said):
    """Approve each review through the usual gates, by a decision of its own: its one line in the audit.

    What nobody has becomes this moderator's on the way. `design` and `independence` hold for cases whose
    review says nothing of its own; `said` goes to `decide`. Returns what `each` returns.
    """

    def approve(review):
        have(review, by)
        return decide(
            review,
            "approve",
            by,
            design=review.evidence_design or design,
            independence=review.evidence_independence or independence,
            **said,
        )

    return each(reviews, approve)


def have(review, by):
    hold(review)
    if review.closed_at:
        raise AlreadyDecided(review.decision)
    if review.reviewer_id not in (None, by.id):
        raise AlreadyTaken(review.reviewer)
    if review.reviewer_id is None:
        give(review, by, "")
