"""An approved text goes public; what was approved, and by whom."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from exchange.core.models import db
from exchange.moderation.models import Decision, Review
from exchange.moderation.service.refusals import ConflictOfInterest
from exchange.moderation.service.rights import has_written
from exchange.practices import service as practices
from exchange.practices.service import NotAllowed
from exchange.taxonomy import service as taxonomy


def publish(revision, by):
    """The approved text goes public. Needs the recorded approval of this very text by a non-author."""
    practices.lock(revision)
    if revision.state == "published":
        return
    if not by.is_moderator or has_written(revision.practice, by):
        raise NotAllowed("only a moderator who did not write the case publishes it")
    decision = approval_of(revision)
    if decision is None or decision.content_hash != practices.content_hash(revision):
        raise NotAllowed("nobody has approved this text")
    if has_written(revision.practice, decision.by):
        raise ConflictOfInterest("author")
    practices.publish(revision, by)
    let_in_tags(revision.get("tags", []))


def approval_of(revision):
    """The latest Decision that approved this revision, or None; its review holds evidence and note."""
    return db.session.scalar(
        select(Decision)
        .join(Review, Review.id == Decision.review_id)
        .where(Review.revision_id == revision.id, Decision.verdict == "approve")
        .order_by(Decision.id.desc())
        .limit(1)
    )


def let_in_tags(tags):
    if not tags:
        return
    try:
        with db.session.begin_nested():
            taxonomy.let_in_tags(tags)
    except IntegrityError:  # somebody let in the same word at the same moment
        taxonomy.let_in_tags(tags)
