"""Approve, ask for changes, reject; and once, on appeal, think again."""

from datetime import timedelta

from sqlalchemy import func, select

from exchange.core.models import db, now
from exchange.moderation.models import RUBRIC, Decision, Review
from exchange.moderation.service.gates import hindrances
from exchange.moderation.service.publishing import publish
from exchange.moderation.service.refusals import (
    AlreadyDecided,
    ConflictOfInterest,
    ReasonMissing,
    TextChanged,
)
from exchange.moderation.service.reviews import close, hold, record
from exchange.moderation.service.rights import conflict_of, has_written, may_decide
from exchange.practices import service as practices
from exchange.practices.service import NotAllowed

DAYS_TO_MEND = 14
REOPENINGS = 1


def decide(
    review,
    verdict,
    by,
    reason="",
    design=None,
    independence=None,
    public_note="",
    publish_now=True,
    seen_hash=None,
    rubric=None,
):
    """Approve, request_changes or reject; returns the Decision. An approval names the exact text by hash.

    Raises AlreadyDecided, NotAllowed, ConflictOfInterest, TextChanged, NotYet, ReasonMissing.
    """
    hold(review)
    if review.closed_at:
        return repeated(review, verdict, by)
    check_judge(review, by)
    if seen_hash is not None and seen_hash != practices.content_hash(review.revision):
        raise TextChanged
    review.rubric = {line: mark for line, mark in (rubric or {}).items() if line in RUBRIC and mark}
    review.public_note = public_note
    decision = VERBS[verdict](review, by, reason.strip(), design, independence)
    if verdict == "approve" and publish_now:
        publish(review.revision, by)
    return decision


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


def approve(review, by, reason, design, independence):
    revision = review.revision
    imported = review.practice.is_imported
    review.evidence_design, review.evidence_independence = design or None, independence or None
    if lacking := hindrances(review):
        raise lacking
    revision.approved_hash = revision.content_hash = practices.content_hash(revision)
    practices.move(revision, "approved")
    decision = close(review, "approve", by, reason, gate="I" if imported else "P")
    record("approve", review, by, news=not imported)
    return decision


def request_changes(review, by, reason, _design, _independence):
    """The text and its review stay as they are; the author finds the text in a new draft."""
    if review.practice.is_imported:
        raise NotAllowed("an imported case has no author to ask")
    remarks = [one for one in review.comments if one.audience == "authors" and not one.resolved_at]
    if not (reason or remarks):
        raise ReasonMissing
    revision = review.revision
    practices.move(revision, "changes_requested")
    review.due_at = now() + timedelta(days=DAYS_TO_MEND)
    decision = close(review, "request_changes", by, reason)
    practices.next_draft(revision, review.practice.lead or revision.created_by)
    record("request changes", review, by)
    return decision


def reject(review, by, reason, _design, _independence):
    if not reason:
        raise ReasonMissing
    practices.move(review.revision, "rejected")
    decision = close(review, "reject", by, reason)
    record("reject", review, by, news=not review.practice.is_imported)
    return decision


VERBS = {"approve": approve, "request_changes": request_changes, "reject": reject}


def reopen(review, by, reason):
    """On appeal a coordinator lets a rejected text be written on: once."""
    hold(review)
    if not by.is_coordinator or has_written(review.practice, by):
        raise NotAllowed("only a coordinator who did not write the case reopens it")
    if review.decision is None or review.decision.verdict != "reject":
        raise NotAllowed("only a rejected text is reopened")
    if review.revision.state == "draft":
        return
    if not reason.strip():
        raise ReasonMissing
    if rejections(review.practice) > REOPENINGS:
        raise NotAllowed("there is one appeal")
    if practices.working_revision(review.practice):
        raise NotAllowed("there is a newer text already")
    practices.move(review.revision, "draft")
    record("reopen", review, by, reason=reason.strip())


def rejections(practice):
    return db.session.scalar(
        select(func.count(Decision.id))
        .join(Review, Review.id == Decision.review_id)
        .where(Review.practice_id == practice.id, Decision.verdict == "reject")
    )
