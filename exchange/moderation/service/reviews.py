"""A review's row: find it, hold it, say what became of it. The other verbs begin and end here."""

from sqlalchemy import select

from exchange.core import journal
from exchange.core.models import db, now
from exchange.moderation.models import Decision, Review
from exchange.practices import service as practices


def open_review(practice):
    return db.session.scalar(
        select(Review).where(Review.practice_id == practice.id, Review.closed_at.is_(None))
    )


def hold(review):
    """Hold the row of the text until the commit, then read its review as it stands now."""
    practices.lock(review.revision)
    db.session.refresh(review, Review.__mapper__.column_attrs.keys())
    db.session.expire(review, ["reviewer", "decision", "comments"])


def close(review, verdict, by, reason="", gate="P"):
    decision = Decision(
        review=review,
        verdict=verdict,
        by=by,
        reason=reason,
        gate=gate,
        content_hash=practices.content_hash(review.revision),
    )
    db.session.add(decision)
    review.closed_at = now()
    db.session.flush()
    return decision


def record(act, review, by, news=True, **details):
    subject = practices.subject(review.practice)
    journal.record(act, subject, by, news=news, review=review.id, revision=review.revision_id, **details)
