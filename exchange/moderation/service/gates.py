"""What keeps a text from being submitted, imported or approved."""

from sqlalchemy import func, select

from exchange.core.models import db
from exchange.moderation.models import Comment, Review
from exchange.moderation.service.refusals import NotYet
from exchange.practices import schema

IMPORT_GATE = ("title", "text", "source", "address", "licence")
TEXTS = ("story", "summary", "challenge", "objectives", "solution", "results")


def hindrances(review):
    """A NotYet that is true when something still keeps this review from being approved."""
    imported = review.practice.is_imported
    gaps = import_gaps(review.revision) if imported else schema.gaps(review.revision, "P")
    judged = review.evidence_design and review.evidence_independence
    return NotYet(gaps, blocking_comments(review.practice), evidence=not (judged or imported))


def blocking_comments(practice):
    """How many remarks block approval; those of earlier rounds count until someone resolves them."""
    return db.session.scalar(
        select(func.count(Comment.id))
        .join(Review, Review.id == Comment.review_id)
        .where(Review.practice_id == practice.id, Comment.blocking, Comment.resolved_at.is_(None))
    )


def import_gaps(revision):
    """What gate I misses, as names of IMPORT_GATE."""
    origin = revision.practice.origin
    told = {
        "title": revision.title,
        "text": any(revision.get(name) for name in TEXTS),
        "source": revision.practice.origin_source,
        "address": origin.get("url"),
        "licence": origin.get("licence"),
    }
    return [name for name in IMPORT_GATE if not told[name]]
