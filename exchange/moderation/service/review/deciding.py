"""Approve, ask for changes, reject. What may follow is in `planning`, `replying` and `appealing`."""

from datetime import timedelta

from exchange.core import journal
from exchange.core.models import now
from exchange.moderation.models import RUBRIC, RUBRIC_VERSION
from exchange.moderation.service.publication.gates import hindrances, publication_hindrances
from exchange.moderation.service.publication.planning import put_plan
from exchange.moderation.service.publication.publishing import publish
from exchange.moderation.service.refusals import (
    AlreadyDecided,
    ConflictOfInterest,
    ReasonMissing,
    TextChanged,
)
from exchange.moderation.service.review.reading import remember
from exchange.moderation.service.review.suggesting import apply_accepted
from exchange.moderation.service.reviews import close, hold, record
from exchange.moderation.service.rights import conflict_of, may_decide
from exchange.practices import service as practices
from exchange.practices.service import NotAllowed

DAYS_TO_MEND = 14


def decide(
    review,
    verdict,
    by,
    reason="",
    language="",
    design=None,
    independence=None,
    public_note="",
    unproven="",
    signed=False,
    publish_now=True,
    publish_at=None,
    seen_hash=None,
    rubric=None,
    rubric_notes=None,
    reason_code=None,
):
    """Approve, request_changes or reject; returns the Decision. An approval names the exact text by hash.

    `language`: of the reason. An approved text goes public at `publish_at`, or with `publish_now` at once –
    in both cases no sooner than nothing hinders it –, or waits until somebody publishes it.
    Raises AlreadyDecided, NotAllowed, ConflictOfInterest, TextChanged, NotYet, ReasonMissing.
    """
    hold(review)
    if review.closed_at:
        return repeated(review, verdict, by)
    check_judge(review, by)
    if seen_hash is not None and seen_hash != practices.content_hash(review.revision):
        raise TextChanged
    review.rubric, review.rubric_notes = by_line(rubric), by_line(rubric_notes)
    review.rubric_version = RUBRIC_VERSION
    review.public_note, review.unproven, review.signed = public_note, unproven, signed
    if verdict == "approve":
        review.evidence_design, review.evidence_independence = design or None, independence or None
    with journal.one_line():
        decision = VERBS[verdict](review, by, reason.strip(), language, publish_at)
        decision.reason_code = reason_code or None
        remember(review, by)
        if verdict == "approve" and publish_now and not publish_at:
            publish_or_wait(review.revision, by)
    return decision


def by_line(said):
    return {line: words for line, words in (said or {}).items() if line in RUBRIC and words}


def publish_or_wait(revision, by):
    """Public now; or, while anything hinders that, by the clock as soon as nothing does."""
    if publication_hindrances(revision):
        put_plan(revision, now(), by)
    else:
        publish(revision, by)


def repeated(review, verdict, by):
    """The same decision by the same person changes nothing; any other comes too late."""
    decision = review.decision
    if decision and decision.verdict == verdict and decision.by_id == by.id:
        return decision
    raise AlreadyDecided(decision)


def check_judge(review, by):
    if not may_decide(review, by):
        raise NotAllowed("only the moderator who has the review decides")
    conflict = conflict_of(review.practice, by)
    noted = review.conflict_note and review.reviewer_id == by.id
    if conflict == "author" or (conflict and not noted):
        raise ConflictOfInterest(conflict)


def approve(review, by, reason, language, publish_at):
    revision = review.revision
    imported = review.practice.is_imported
    if lacking := hindrances(review):
        raise lacking
    revision.approved_hash = revision.content_hash = practices.content_hash(revision)
    practices.move(revision, "approved")
    decision = close(review, "approve", by, reason, gate="I" if imported else "P", language=language)
    if publish_at:
        put_plan(revision, publish_at, by)
    when = {"publish_at": publish_at.isoformat()} if publish_at else {}
    record("approve", review, by, news=not imported, **when)
    return decision


def request_changes(review, by, reason, language, _publish_at):
    """The text and its review stay as they are; the author finds the text in a new draft."""
    if review.practice.is_imported:
        raise NotAllowed("an imported case has no author to ask")
    remarks = [one for one in review.comments if one.audience == "authors" and not one.resolved_at]
    if not (reason or remarks):
        raise ReasonMissing
    revision = review.revision
    practices.move(revision, "changes_requested")
    review.due_at, review.reminded_at = now() + timedelta(days=DAYS_TO_MEND), None
    decision = close(review, "request_changes", by, reason, language=language)
    draft = practices.next_draft(revision, review.practice.lead or revision.created_by)
    apply_accepted(review, draft)
    record("request changes", review, by)
    return decision


def reject(review, by, reason, language, _publish_at):
    if not reason:
        raise ReasonMissing
    practices.move(review.revision, "rejected")
    decision = close(review, "reject", by, reason, language=language)
    record("reject", review, by, news=not review.practice.is_imported)
    return decision


VERBS = {"approve": approve, "request_changes": request_changes, "reject": reject}
