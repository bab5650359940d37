"""Imported cases, let in by the thousand."""

from exchange.core import journal
from exchange.core.models import db, now
from exchange.moderation.service.publication.gates import import_gaps, publication_hindrances
from exchange.moderation.service.publication.planning import put_plan
from exchange.moderation.service.publication.publishing import go_public
from exchange.moderation.service.refusals import AlreadyTaken, ConflictOfInterest, NotReady
from exchange.moderation.service.reviews import close, open_review, record
from exchange.moderation.service.rights import conflict_of
from exchange.moderation.service.submitting import new_review
from exchange.practices import service as practices
from exchange.practices.service import NotAllowed


def approve_import(revision, by):
    """Submit, approve and publish an imported text by this moderator's recorded decision, through gate I.

    Raises NotReady, ConflictOfInterest, AlreadyTaken or NotAllowed; the text stays where it was.
    Imports bring thousands: the steps are the usual ones, written down in one go, with one line of news.
    """
    practice = revision.practice
    if not by.is_moderator or not practice.is_imported:
        raise NotAllowed("only a moderator approves, and only imported cases this way")
    practices.lock(revision)
    if revision.state == "published":
        return
    if practice.city_id and (conflict := conflict_of(practice, by)):  # without a city nobody can have written
        raise ConflictOfInterest(conflict)
    if missing := import_gaps(revision):
        raise NotReady(missing)
    review = taken_import(revision, by)
    practices.move(revision, "approved")
    revision.approved_hash = revision.content_hash = practices.content_hash(revision)
    close(review, "approve", by, gate="I")
    with journal.one_line():
        record("approve", review, by, news=False)
        if publication_hindrances(revision):
            put_plan(revision, now(), by)
        else:
            go_public(revision, by)


def taken_import(revision, by):
    """The review of an imported text in this moderator's hands, opened now unless it waits already."""
    review = open_review(revision.practice) if revision.state != "draft" else None
    if review is None:
        practices.move(revision, "submitted")
        revision.submitted_at = now()
        review = new_review(revision)
        db.session.add(review)
    if review.reviewer_id not in (None, by.id):
        raise AlreadyTaken(review.reviewer)
    review.reviewer, review.taken_at = by, review.taken_at or now()
    if revision.state == "submitted":
        practices.move(revision, "in_review")
    return review
