"""An approved text goes public; what was approved, and by whom."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from exchange.core.models import db, now
from exchange.moderation.models import Plan
from exchange.moderation.service.publication.gates import publication_hindrances
from exchange.moderation.service.refusals import ConflictOfInterest, Hindered
from exchange.moderation.service.reviews import approval_of
from exchange.moderation.service.rights import has_written
from exchange.practices import service as practices
from exchange.practices.service import NotAllowed
from exchange.taxonomy import service as taxonomy


def publish(revision, by):
    """The approved text goes public. Needs the recorded approval of this very text by a non-author.

    Raises NotAllowed, ConflictOfInterest, or Hindered while anything keeps it from going public.
    """
    practices.lock(revision)
    if revision.state == "published":
        return
    if not by.is_moderator or has_written(revision.practice, by):
        raise NotAllowed("only a moderator who did not write the case publishes it")
    check_approval(revision)
    if found := publication_hindrances(revision):
        raise Hindered(found)
    go_public(revision, by)


def check_approval(revision):
    """Raises unless somebody who is not an author has approved this very text, on record."""
    decision = approval_of(revision)
    if decision is None or decision.content_hash != practices.content_hash(revision):
        raise NotAllowed("nobody has approved this text")
    if has_written(revision.practice, decision.by):
        raise ConflictOfInterest("author")


def go_public(revision, by, **details):
    """The one way out, once all was checked: public, its tags let in, its plan ended."""
    practices.publish(revision, by, **details)
    let_in_tags(revision.get("tags", []))
    running = select(Plan).where(Plan.revision_id == revision.id, Plan.ended_at.is_(None))
    for plan in db.session.scalars(running):
        plan.ended_at = now()


def let_in_tags(tags):
    if not tags:
        return
    try:
        with db.session.begin_nested():
            taxonomy.let_in_tags(tags)
    except IntegrityError:  # somebody let in the same word at the same moment
        taxonomy.let_in_tags(tags)
