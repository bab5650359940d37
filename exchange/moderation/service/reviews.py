"""A review's row: find it, hold it, say what became of it. The other verbs begin and end here."""

from datetime import timedelta

from flask import current_app
from sqlalchemy import select

from exchange.core import journal
from exchange.core.models import db, now
from exchange.moderation.models import Decision, Review
from exchange.practices import service as practices


def open_review(practice):
    return db.session.scalar(
        select(Review).where(Review.practice_id == practice.id, Review.closed_at.is_(None))
    )


def approval_of(revision):
    """The latest Decision that approved this revision, or None; its review holds evidence and note."""
    return db.session.scalar(
        select(Decision)
        .join(Review, Review.id == Decision.review_id)
        .where(Review.revision_id == revision.id, Decision.verdict == "approve")
        .order_by(Decision.id.desc())
        .limit(1)
    )


def hold(review):
    """Hold the row of the text until the commit, then read its review as it stands now."""
    practices.lock(review.revision)
    db.session.refresh(review, Review.__mapper__.column_attrs.keys())
    db.session.expire(review, ["reviewer", "decision", "comments"])


def close(review, verdict, by, reason="", gate="P", language=""):
    """`language`: that the reason is written in."""
    decision = Decision(
        review=review,
        verdict=verdict,
        by=by,
        role="coordinator" if by.is_coordinator else "moderator",
        reason=reason,
        language=language if reason else "",
        gate=gate,
        content_hash=practices.content_hash(review.revision),
    )
    db.session.add(decision)
    review.closed_at = now()
    db.session.flush()
    return decision


def claim_end():
    """Until when a claim holds that begins, or is touched, now."""
    return now() + timedelta(days=current_app.config["SETTINGS"].claim_days)


def touch(review, by):
    """Whoever claimed the review is at work on it: the claim runs anew."""
    if review.reviewer_id == by.id and review.claim_until:
        review.claim_until, review.warned_at = claim_end(), None


def hand_back(review):
    """Nobody has it. The review has begun, so its text stays 'in review'."""
    review.reviewer = review.reviewer_id = review.taken_at = review.claim_until = None
    review.warned_at = review.reminded_at = None
    review.conflict_note = ""


def record(act, review, by, news=True, **details):
    subject = practices.subject(review.practice)
    journal.record(act, subject, by, news=news, review=review.id, revision=review.revision_id, **details)
