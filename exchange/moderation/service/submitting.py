"""Into the queue and out of it."""

from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from exchange.core import journal
from exchange.core.models import db, now
from exchange.moderation.bulk_models import BatchCase
from exchange.moderation.models import Review
from exchange.moderation.service.links import telling
from exchange.moderation.service.publication.gates import import_gaps
from exchange.moderation.service.publication.planning import end_plan
from exchange.moderation.service.refusals import AlreadyDecided, AlreadyOpen, NotReady
from exchange.moderation.service.reviews import close, hold, open_review, record
from exchange.moderation.service.rights import leads
from exchange.practices import schema
from exchange.practices import service as practices
from exchange.practices.service import NotAllowed

DAYS_TO_REVIEW = 14


def submit(revision, by, another_than=(), quiet=False):
    """Put a draft into the queue; returns its open Review. `quiet`: its batch tells of it, not a letter.

    `another_than`: public ids of very like cases that this one is not, as its author says; recorded.

    Gate S for a case that a city tells, gate I for an imported one (`by` may be None there).
    Raises NotAllowed, NotReady(gaps), AlreadyOpen.
    """
    practices.lock(revision)
    practice = revision.practice
    imported = practice.is_imported
    already = open_review(practice)
    if already and already.revision_id == revision.id and revision.state != "draft":
        return already
    if practice.merged_into_id:
        raise NotAllowed("the case was merged into another one")
    if not imported and not practice.may_be_submitted_by(by):
        raise NotAllowed("only the lead author or the city's admin can submit")
    if missing := import_gaps(revision) if imported else schema.gaps(revision, "S"):
        raise NotReady(missing)
    practices.move(revision, "submitted")
    revision.submitted_at = now()
    revision.content_hash = practices.content_hash(revision)
    review = add_review(revision)
    details = {"another_than": list(another_than)} if another_than else {}
    loud = not (imported or quiet)
    journal.record("submit", practices.subject(practice), by, news=loud, review=review.id, **details)
    if not quiet:
        telling.tell(practice, by)
    return review


def withdraw(review, by):
    """The lead author takes a submission back to write on; the review is closed."""
    hold(review)
    if review.decision and review.decision.verdict == "withdraw":
        return
    if review.closed_at:
        raise AlreadyDecided(review.decision)
    if not leads(review.practice, by):
        raise NotAllowed("only the lead author can take a submission back")
    practices.move(review.revision, "draft")
    close(review, "withdraw", by)
    record("withdraw", review, by)


def take_back(revision, by):
    """The lead author changes an approved, unpublished text: the approval is cancelled, the text a draft."""
    practices.lock(revision)
    if not leads(revision.practice, by):
        raise NotAllowed("only the lead author can take an approved text back")
    if revision.state != "approved":
        raise NotAllowed("only an approved text can be taken back")
    practices.move(revision, "draft")
    revision.approved_hash = None
    end_plan(revision)
    forget_vetting(revision)
    journal.record("cancel approval", practices.subject(revision.practice), by, revision=revision.id)


def forget_vetting(revision):
    """What is written now was not before the eyes of those who vetted its batch."""
    case = db.session.get(BatchCase, revision.practice_id, populate_existing=True)
    if case and case.vetted_revision_id == revision.id:
        case.vetted_revision_id = None


def add_review(revision):
    review = new_review(revision)
    try:
        with db.session.begin_nested():
            db.session.add(review)
    except IntegrityError as error:
        raise AlreadyOpen from error
    return review


def new_review(revision):
    return Review(
        practice=revision.practice,
        revision=revision,
        due_at=now() + timedelta(days=DAYS_TO_REVIEW),
        evidence_design=revision.get("evidence_design", None),
        evidence_independence=revision.get("evidence_independence", None),
    )
