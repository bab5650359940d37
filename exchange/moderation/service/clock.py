"""What the clock brings to the desk: claims go back, and whoever has a date to keep hears before it passes.

One letter to a person for all that falls together, however many cases it is.
"""

from collections import defaultdict
from datetime import timedelta

from sqlalchemy import select

from exchange.core import journal
from exchange.core.models import db, now
from exchange.moderation.models import Decision, Review
from exchange.moderation.service.reviews import hand_back, hold, record
from exchange.practices import service as practices
from exchange.practices.models import Revision

BEFORE = timedelta(days=2)
AT_ONCE = 500


def look_at_the_clock():
    """Called by the clock; each part commits by itself."""
    for part in (lapse_claims, warn_holders, remind_reviewers, remind_authors):
        part()
        db.session.commit()


def lapse_claims():
    """A claim that nobody touched for so long goes back to those that nobody has."""
    lapsed = defaultdict(list)
    for review in held(Review.claim_until < now()):
        lapsed[review.reviewer_id].append(review.id)
        record("lapse", review, None, news=False, of=review.reviewer_id)
        hand_back(review)
    tell_each("claims lapsed", lapsed)


def warn_holders():
    """Two days before a claim goes back, whoever has it hears so."""
    warned = defaultdict(list)
    for review in held(Review.claim_until < now() + BEFORE, Review.warned_at.is_(None)):
        review.warned_at = now()
        warned[review.reviewer_id].append(review.id)
    tell_each("claims end soon", warned)


def remind_reviewers():
    """Two days before an answer is due, whoever has the case hears so."""
    due = defaultdict(list)
    for review in held(*due_soon()):
        review.reminded_at = now()
        due[review.reviewer_id].append(review.id)
    tell_each("reviews due", due)


def remind_authors():
    """Two days before the date by which changes were asked for, unless the text has gone on meanwhile."""
    asked = (
        select(Review)
        .join(Decision, Decision.review_id == Review.id)
        .join(Revision, Revision.parent_id == Review.revision_id)
        .where(Decision.verdict == "request_changes", Revision.state == "draft", *due_soon())
        .order_by(Review.id)
        .limit(AT_ONCE)
    )
    for review in db.session.scalars(asked).unique().all():
        hold(review)
        if review.reminded_at is None:
            review.reminded_at = now()
            journal.tell("mending due", subject=practices.subject(review.practice), review=review.id)


def due_soon():
    return Review.due_at > now(), Review.due_at < now() + BEFORE, Review.reminded_at.is_(None)


def held(*conditions):
    """The open reviews that somebody has and that fulfil the conditions, each held and looked at anew."""
    waiting = select(Review.id).where(Review.closed_at.is_(None), Review.reviewer_id.is_not(None))
    ids = db.session.scalars(waiting.where(*conditions).order_by(Review.id).limit(AT_ONCE)).all()
    for review_id in ids:
        hold(db.session.get(Review, review_id))
        if db.session.scalar(waiting.where(Review.id == review_id, *conditions)):
            yield db.session.get(Review, review_id)


def tell_each(act, reviews_of):
    for user_id, reviews in reviews_of.items():
        journal.tell(act, user_id=user_id, reviews=reviews)
