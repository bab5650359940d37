"""Letters about what follows a decision: who hears of an appeal, what an approval tells the authors."""

from exchange.core.models import db
from exchange.moderation import service as moderation
from exchange.moderation.models import Review


def judges_of_appeal(news, coordinators):
    """The coordinators who may answer it: whoever wrote or rejected the case is not asked."""
    review = db.session.get(Review, news["review"])
    return [(user, address) for user, address in coordinators if moderation.may_answer(review, user)]


def things_of(review):
    """What letters about a review say beside its row: when the text goes public, until when to reply."""
    revision, decision = review.revision, review.decision
    approved = revision.state == "approved" and decision is not None
    waits = approved and any(one.kind == "reply" for one in moderation.publication_hindrances(revision))
    return {
        "plan": moderation.plan_of(revision) if approved else None,
        "reply_until": moderation.reply_until(decision) if waits else None,
        "note": moderation.public_note(revision) if approved else None,
    }
