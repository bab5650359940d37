"""Which text of a case a reviewer has read, so that she is shown what changed since."""

from sqlalchemy import delete, select

from exchange.core.models import db, now
from exchange.moderation.models import Reading
from exchange.moderation.service.refusals import TextChanged
from exchange.moderation.service.reviews import hold, record, touch
from exchange.moderation.service.rights import may_read
from exchange.practices import service as practices
from exchange.practices.service import NotAllowed

TOLD = ("title", "summary", "language", "answers", "missing")


def read(review, by, seen_hash=None):
    """This reviewer has read the text as it stands. Raises TextChanged when she saw another one."""
    hold(review)
    if not may_read(review, by):
        raise NotAllowed("only those who review a case read it here")
    if seen_hash and seen_hash != practices.content_hash(review.revision):
        raise TextChanged
    touch(review, by)
    if remember(review, by):
        record("read", review, by, news=False)


def remember(review, by):
    """Keep the text as read; whether it is another one than this person read last."""
    revision, latest = review.revision, last_reading(review.practice, by)
    read_now = practices.content_hash(revision)
    if latest and latest.content_hash == read_now:
        return False
    older = delete(Reading).where(Reading.practice_id == review.practice_id, Reading.user_id == by.id)
    db.session.execute(older.where(Reading.id != latest.id) if latest else older)
    db.session.add(
        Reading(
            practice_id=review.practice_id,
            user_id=by.id,
            content_hash=read_now,
            text={name: getattr(revision, name) for name in TOLD},
            at=now(),
        )
    )
    db.session.flush()
    return True


def last_reading(practice, user, other_than=None):
    """The text that this person read last, not counting one with that hash; None when there is none."""
    query = select(Reading).where(Reading.practice_id == practice.id, Reading.user_id == user.id)
    if other_than:
        query = query.where(Reading.content_hash != other_than)
    return db.session.scalar(query.order_by(Reading.id.desc()).limit(1))
