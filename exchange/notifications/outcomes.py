"""Letters about what follows a decision: who hears of an appeal, what an approval tells the authors."""

from exchange.core.models import db, now
from exchange.moderation import service as moderation
from exchange.moderation.models import Review
from exchange.practices.models import WRITERS, Revision


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


def things_of_held(letter):
    """The approved texts, still her own to write, that are held back now – or that nothing holds any more."""
    found = [held_text(number) for number in letter.details["held"]]
    wanted = [one for one in found if writes(letter.user, one["revision"])]
    wanted = [one for one in wanted if bool(one["holds"]) == (letter.kind == "held-back")]
    return {"user": letter.user, "held": wanted} if wanted else None


def held_text(number):
    revision = db.session.get(Revision, number)
    plan = moderation.plan_of(revision)
    holds = moderation.holds_on(revision.practice)
    to_come = plan is not None and plan.publish_at > now()
    return {"revision": revision, "holds": holds, "plan": plan, "is_to_come": to_come}


def writes(user, revision):
    hand = revision.practice.hand_of(user)
    return revision.state == "approved" and hand is not None and hand.role in WRITERS
