"""A text goes its way: the one table of moves, a new version, publication."""

from datetime import timedelta

from flask import current_app
from sqlalchemy import func, select

from exchange.core import journal
from exchange.core.models import db, now
from exchange.practices import schema
from exchange.practices.models import Revision
from exchange.practices.service.finding import public_revision, subject, working_revision
from exchange.practices.service.hashes import content_hash
from exchange.practices.service.refusals import NotAllowed
from exchange.practices.service.writing import lock

MOVES = {
    "draft": {"submitted"},
    "submitted": {"in_review", "draft"},
    "in_review": {"changes_requested", "approved", "rejected", "draft"},
    "approved": {"published", "draft"},
    "published": {"superseded"},
    "rejected": {"draft"},
    "changes_requested": set(),
    "superseded": set(),
}


def move(revision, state):
    """The only place where a revision changes its state; raises NotAllowed for any other way."""
    if state not in MOVES[revision.state]:
        raise NotAllowed(f"from {revision.state} to {state}")
    revision.state = state


def next_draft(revision, by):
    """A new draft with the text of this revision, which stays as it is."""
    if working_revision(revision.practice):
        raise NotAllowed("there is a newer text already")
    draft = Revision(
        practice=revision.practice,
        parent_id=revision.id,
        title=revision.title,
        summary=revision.summary,
        language=revision.language,
        answers=dict(revision.answers),
        missing=dict(revision.missing),
        created_by=by,
        edition=schema.EDITION,
    )
    draft.content_hash = content_hash(draft)
    db.session.add(draft)
    db.session.flush()
    return draft


def new_version(revision, by):
    """A draft in which somebody tells anew what this revision tells; asked again, the one that is there."""
    lock(revision)
    if draft := working_revision(revision.practice):
        return draft
    draft = next_draft(revision, by)
    journal.record("begin version", subject(revision.practice), by, news=False, revision=draft.id)
    return draft


def publish(revision, by, **details):
    """The approved text becomes the public one; the older one is superseded in the same transaction.

    `details` go into the audit line.
    """
    lock(revision)
    if revision.state != "approved" or revision.approved_hash != content_hash(revision):
        raise NotAllowed("only an approved, unchanged text can be published")
    practice = revision.practice
    if practice.merged_into_id:
        raise NotAllowed("the case was merged into another one")
    if older := public_revision(practice):
        move(older, "superseded")
        db.session.flush()
    last = db.session.scalar(select(func.max(Revision.number)).where(Revision.practice_id == practice.id))
    revision.number = (last or 0) + 1
    revision.published_at = now()
    move(revision, "published")
    practice.published_at = practice.published_at or revision.published_at
    practice.confirm_by, practice.silent_since = due_after(revision.published_at), None
    if practice.visibility == "none":
        practice.visibility = "public"
    numbers = {"revision": revision.id, "number": revision.number}
    journal.record("publish", subject(practice), by, **numbers, **details)


def due_after(moment):
    """When a case that was true at that moment is to be asked after again."""
    return moment + timedelta(days=current_app.config["SETTINGS"].confirm_every_days)
