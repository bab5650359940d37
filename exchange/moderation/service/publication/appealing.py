"""A rejection, thought about again by somebody else: once for each case."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from exchange.core.models import db, now
from exchange.moderation.models import Appeal
from exchange.moderation.service.refusals import AlreadyDecided, ReasonMissing
from exchange.moderation.service.reviews import hold, record
from exchange.moderation.service.rights import has_written, leads
from exchange.practices import service as practices
from exchange.practices.service import NotAllowed


def appeal(review, by, words):
    """The lead author asks for a second look, with words; returns the Appeal. Asked again, nothing happens.

    Raises NotAllowed, ReasonMissing, AlreadyDecided when the one appeal of this case was answered.
    """
    hold(review)
    known = answerable(review)
    if known and known.by_id == by.id:
        return known
    if not leads(review.practice, by):
        raise NotAllowed("only the lead author appeals")
    check_rejected(review)
    if not words.strip():
        raise ReasonMissing
    made = put(review, by, words.strip())
    record("appeal", review, by)
    return made


def reopen(review, by, reason):
    """On appeal a coordinator lets a rejected text be written on; an appeal may also have come by letter."""
    hold(review)
    check_judge(review, by)
    if review.revision.state == "draft":
        return
    known = answerable(review)
    if not reason.strip():
        raise ReasonMissing
    check_rejected(review)
    answer(known or put(review, review.practice.lead or by, ""), "reopened", by, reason)
    practices.move(review.revision, "draft")
    record("reopen", review, by, reason=reason.strip())


def uphold(review, by, reason):
    """On appeal a coordinator leaves a rejection as it is."""
    hold(review)
    check_judge(review, by)
    known = appeal_of(review.practice)
    if known and known.outcome == "upheld" and known.decided_by_id == by.id:
        return
    known = answerable(review)
    if known is None:
        raise NotAllowed("nobody has appealed")
    if not reason.strip():
        raise ReasonMissing
    answer(known, "upheld", by, reason)
    record("uphold", review, by, reason=reason.strip())


def appeal_of(practice):
    return db.session.scalar(
        select(Appeal).where(Appeal.practice_id == practice.id).execution_options(populate_existing=True)
    )


def may_appeal(review, user):
    """The lead author of a rejected text, as long as nobody has appealed in this case."""
    rejected = review.revision.state == "rejected" and leads(review.practice, user)
    return rejected and appeal_of(review.practice) is None


def may_answer(review, user):
    """A coordinator who neither wrote nor rejected it."""
    rejected = review.decision is not None and review.decision.verdict == "reject"
    if not (rejected and user.is_coordinator):
        return False
    return review.decision.by_id != user.id and not has_written(review.practice, user)


def check_judge(review, by):
    if not may_answer(review, by):
        raise NotAllowed("a coordinator who neither wrote nor rejected the case decides on an appeal")


def answerable(review):
    """The appeal that waits for an answer; None when none was written. Raises when there was one before."""
    known = appeal_of(review.practice)
    if known and known.review_id != review.id:
        raise NotAllowed("there is one appeal")
    if known and known.outcome:
        raise AlreadyDecided
    return known


def check_rejected(review):
    if review.revision.state != "rejected":
        raise NotAllowed("only a rejected text is thought about again")
    if practices.working_revision(review.practice):
        raise NotAllowed("there is a newer text already")


def put(review, by, words):
    made = Appeal(practice_id=review.practice_id, review=review, by=by, words=words)
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError as error:
        raise AlreadyDecided from error
    return made


def answer(known, outcome, by, reason):
    known.outcome, known.reason = outcome, reason.strip()
    known.decided_by_id, known.decided_at = by.id, now()
    db.session.flush()
