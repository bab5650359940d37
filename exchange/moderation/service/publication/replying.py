"""Before a case goes public its authors see evidence and review note, and may answer beside the note."""

from datetime import timedelta

from flask import current_app

from exchange.core.models import db, now
from exchange.moderation.models import Reply
from exchange.moderation.service.refusals import Hindrance
from exchange.moderation.service.reviews import approval_of, record
from exchange.practices import service as practices
from exchange.practices.service import NotAllowed


def reply(review, by, words=""):
    """The authors have seen note and evidence; `words`, if any, stand beside the note. Returns the Reply.

    Until the case is public the words can be changed.
    """
    practices.lock(review.revision)
    db.session.expire(review, ["reply", "decision"])
    if not may_reply(review, by):
        raise NotAllowed("its authors answer a review note, between approval and publication")
    words = words.strip()
    if review.reply and review.reply.words == words:
        return review.reply
    if review.reply is None:
        db.session.add(Reply(review=review, words=words, by_id=by.id))
    else:
        review.reply.words, review.reply.by_id, review.reply.at = words, by.id, now()
    db.session.flush()
    record("reply to review", review, by)
    return review.reply


def may_reply(review, user):
    approved = review.decision is not None and review.decision.verdict == "approve"
    return approved and review.revision.state == "approved" and review.practice.may_be_edited_by(user)


def hinder(revision):
    """What `gates` asks before publishing: the authors' days to answer, if there is anything to answer."""
    approval = approval_of(revision)
    if approval is None or not says_more(approval.review) or approval.review.reply:
        return []
    until = reply_until(approval)
    return [Hindrance("reply", until)] if until > now() else []


def reply_until(approval):
    return approval.at + timedelta(days=current_app.config["SETTINGS"].reply_days)


def says_more(review):
    """Whether the review holds anything that its authors did not write themselves, and can be asked."""
    revision = review.revision
    if review.practice.is_imported or review.practice.lead is None:
        return False
    judged = review.evidence_design, review.evidence_independence
    proposed = revision.get("evidence_design", None), revision.get("evidence_independence", None)
    doubts = any(mark in ("partly", "no") for mark in review.rubric.values())
    return bool(review.public_note or review.unproven or doubts or judged != proposed)
