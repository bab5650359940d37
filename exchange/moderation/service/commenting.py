"""Remarks on one field, or on the whole."""

from exchange.core.models import db, now
from exchange.moderation.models import Comment
from exchange.moderation.service.reviews import hold, record
from exchange.moderation.service.rights import has_written, may_read, may_resolve
from exchange.practices.service import NotAllowed


def comment(review, field, words, by, audience="authors", blocking=False):
    """A remark on one field ('' for the whole), for the authors or for reviewers only.

    Authors answer to everyone and block nothing.
    """
    hold(review)
    if review.closed_at or review.revision.state != "in_review":
        raise NotAllowed("remarks are made while a case is in review")
    writes = has_written(review.practice, by)
    if not (writes or may_read(review, by)):
        raise NotAllowed("only reviewers and authors make remarks")
    made = Comment(
        review=review,
        revision_id=review.revision_id,
        field=field,
        words=words,
        by=by,
        audience="authors" if writes else audience,
        blocking=blocking and not writes,
    )
    db.session.add(made)
    db.session.flush()
    record("comment", review, by, comment=made.id, audience=made.audience)
    return made


def resolve(remark, by):
    """The remark is dealt with. Its writer, whoever has the case now, or a coordinator says so."""
    hold(remark.review)
    db.session.refresh(remark)
    if remark.resolved_at:
        return
    if not may_resolve(remark, by):
        raise NotAllowed("only its writer or the reviewer resolves a remark")
    remark.resolved_at, remark.resolved_by_id = now(), by.id
    record("resolve comment", remark.review, by, news=False, comment=remark.id)
