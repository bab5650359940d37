"""What keeps a text from being submitted, imported, approved or published."""

from sqlalchemy import func, select

from exchange.core.models import db
from exchange.moderation.models import Comment, Review, Suggestion
from exchange.moderation.service.links import clearing, telling
from exchange.moderation.service.publication import holds, replying
from exchange.moderation.service.refusals import NotYet
from exchange.practices import schema

IMPORT_GATE = ("title", "text", "source", "address", "licence")
HINDERS = (  # what is asked before publishing: functions from a revision to the Hindrances they know of
    holds.hinder,
    replying.hinder,
    clearing.hinders,
    telling.hinders,
)
TEXTS = ("story", "summary", "challenge", "objectives", "solution", "results")


def hindrances(review):
    """A NotYet that is true when something still keeps this review from being approved."""
    imported = review.practice.is_imported
    gaps = import_gaps(review.revision) if imported else schema.gaps(review.revision, "P")
    judged = review.evidence_design and review.evidence_independence
    blocking = blocking_comments(review.practice)
    return NotYet(gaps, blocking, not (judged or imported), wording_on_its_way(review))


def wording_on_its_way(review):
    """How many wordings the author has taken that are not in the text: she expects to read them there."""
    return db.session.scalar(
        select(func.count(Suggestion.id)).where(
            Suggestion.review_id == review.id,
            Suggestion.answer == "accepted",
            Suggestion.applied_at.is_(None),
        )
    )


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


def publication_hindrances(revision):
    """Every Hindrance that keeps this approved text from going public now; [] when it may.

    Whoever knows of one more adds a function to HINDERS and its words to `views.refusals.HINDRANCES`.
    """
    return [one for find in HINDERS for one in find(revision)]
