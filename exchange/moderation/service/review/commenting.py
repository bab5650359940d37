"""Remarks on one field, or on the whole; and the answers beneath them."""

from sqlalchemy import select

from exchange.core.models import db, now
from exchange.moderation.models import Comment
from exchange.moderation.service.review.reading import remember
from exchange.moderation.service.reviews import hold, open_review, record, touch
from exchange.moderation.service.rights import has_written, may_read, may_resolve
from exchange.practices.service import NotAllowed


def comment(review, field, words, by, audience="authors", blocking=False):
    """A remark on one field ('' for the whole), for the authors or for reviewers only.

    Authors answer to everyone and block nothing.
    """
    hold(review)
    check_open(review)
    writes = has_written(review.practice, by)
    if not (writes or may_read(review, by)):
        raise NotAllowed("only reviewers and authors make remarks")
    return say(
        "comment",
        review,
        by,
        review_id=review.id,
        parent_id=None,
        field=field,
        words=words,
        audience="authors" if writes else audience,
        blocking=blocking and not writes,
    )


def answer(remark, words, by):
    """A word beneath a remark, for whoever may read the remark. Answers are not answered themselves.

    Remarks of earlier rounds are answered in the round that is open now.
    """
    review = open_review(remark.review.practice)
    if review is None:
        raise NotAllowed("remarks are answered while a case is in review")
    hold(review)
    db.session.refresh(remark, ["resolved_at"])
    check_open(review)
    writes = has_written(review.practice, by)
    if not (remark.audience == "authors" if writes else may_read(review, by)):
        raise NotAllowed("only those who may read a remark answer it")
    if remark.parent_id or remark.resolved_at:
        raise NotAllowed("this remark takes no more answers")
    return say(
        "answer",
        review,
        by,
        review_id=remark.review_id,
        parent_id=remark.id,
        field=remark.field,
        words=words,
        audience=remark.audience,
        blocking=False,
    )


def check_open(review):
    if review.closed_at or review.revision.state != "in_review":
        raise NotAllowed("remarks are made while a case is in review")


def say(act, review, by, **what):
    """The words as a new row; sent twice, they are one remark."""
    same = select(Comment).filter_by(**what, by_id=by.id).where(Comment.resolved_at.is_(None))
    if found := db.session.scalar(same.limit(1)):
        return found
    made = Comment(**what, revision_id=review.revision_id, by=by)
    db.session.add(made)
    db.session.flush()
    db.session.expire(review, ["comments"])
    touch(review, by)
    if may_read(review, by):
        remember(review, by)
    record(act, review, by, comment=made.id, audience=made.audience)
    return made


def resolve(remark, by):
    """A remark and its answers are dealt with: so says its writer, whoever has the case, or a coordinator."""
    hold(remark.review)
    db.session.refresh(remark)
    if remark.resolved_at:
        return
    if remark.parent_id or not may_resolve(remark, by):
        raise NotAllowed("only its writer or the reviewer resolves a remark")
    remark.resolved_at, remark.resolved_by_id = now(), by.id
    touch(remark.review, by)
    record("resolve comment", remark.review, by, news=False, comment=remark.id)
