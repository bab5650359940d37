"""Two lines for every change: one for people (audit, kept), one for machines (news, the outbox).

Both are written in the transaction that changed the data, so a commit that succeeded is never
lost to a crash. `deliver` hands each piece of news to its handler, once the change is committed.
"""

import traceback
from contextlib import contextmanager
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ForeignKey, and_, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from exchange.core.models import Model, db, index_where, now

MAX_TRIES = 8
BROUGHT_ALONG = {  # an act that another one may bring along → that other one, whose line tells of both
    "publish": "approve",
    "save translation": "submit translation",
}
HELD = "lines of one act"


class AuditLine(Model):
    """Who did what to which thing, when. Never changed, never deleted: triggers of the database see to it."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    act: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    details: Mapped[dict] = mapped_column(default=dict)


class News(Model):
    """Something happened; whoever must react has not yet done so."""

    __tablename__ = "news"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
    act: Mapped[str]
    payload: Mapped[dict] = mapped_column(default=dict)
    done_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(default=now)
    error: Mapped[str | None]
    dead_at: Mapped[datetime | None]
    __table_args__ = (index_where("ix_news_waiting", "next_try_at", where="done_at IS NULL"),)


def record(act, subject, by=None, news=True, **details):
    """Write the audit line and, unless news=False, the outbox line of one act.

    `subject` is a string like 'practice:K7Q2M'; details must be plain JSON and hold no secret.
    Nothing is committed here: the caller commits the change and both lines together.
    """
    write(AuditLine(act=act, subject=subject, by_id=by.id if by else None, details=details))
    if news:
        tell(act, subject=subject, by_id=by.id if by else None, **details)


def write(line):
    held = db.session.info.get(HELD)
    if held is None:
        db.session.add(line)
    else:
        held.append(line)


@contextmanager
def one_line():
    """What one press of a button does leaves one line, even where an act brings another one along.

    The line is that of the outer act (see BROUGHT_ALONG): `with` names the others, and it has the details
    of all. News stays apart. When it ends in an exception nothing is written.
    """
    info = db.session.info
    before, held = info.get(HELD), []
    info[HELD] = held
    try:
        yield
    finally:
        info[HELD] = before
    for line in gathered(held):
        write(line)


def gathered(lines):
    """The lines, without those that were brought along: the line of the act that did so tells of them."""
    outer = {(line.act, line.subject): line for line in lines}
    kept = []
    for line in lines:
        carrier = outer.get((BROUGHT_ALONG.get(line.act), line.subject))
        if carrier is None:
            kept.append(line)
        else:
            brought = [*carrier.details.get("with", ()), line.act]
            carrier.details = {**line.details, **carrier.details, "with": brought}
    return kept


def did(act):
    """The condition that a line tells of this act: as its own, or as one that it brought along."""
    own, outer = AuditLine.act == act, BROUGHT_ALONG.get(act)
    if outer is None:
        return own
    brought = AuditLine.details["with"].as_string().contains(f'"{act}"', autoescape=True)
    return or_(own, and_(AuditLine.act == outer, brought))


def tell(act, **payload):
    """Write only the outbox line: something to do that changed nothing worth remembering."""
    db.session.add(News(act=act, payload=payload))


def deliver(handlers, limit=200):
    """Give waiting news to its handlers, oldest first; returns how many rows were finished.

    A handler takes the payload and must bear being called twice. A failing row keeps its error,
    waits longer each time, blocks no other, and is dead after MAX_TRIES.
    """
    ids = db.session.scalars(waiting().limit(limit)).all()
    db.session.commit()
    return sum(deliver_one(news_id, handlers) for news_id in ids)


def waiting():
    return (
        select(News.id)
        .where(News.done_at.is_(None), News.dead_at.is_(None), News.next_try_at <= now())
        .order_by(News.id)
    )


def deliver_one(news_id, handlers):
    news = db.session.get(News, news_id, with_for_update={"skip_locked": True}, populate_existing=True)
    if news is None or news.done_at:
        return 0  # another worker has it
    try:
        for handler in handlers.get(news.act, ()):
            handler({**news.payload, "news_id": news.id, "act": news.act})
            db.session.commit()  # what one handler did stays, even if the next one stumbles
        news.done_at = now()
        db.session.commit()
        return 1
    except Exception:
        db.session.rollback()
        put_off(news_id, traceback.format_exc(limit=4))
        return 0


def put_off(news_id, error):
    news = db.session.get(News, news_id)
    news.tries += 1
    news.error = error[-2000:]
    news.next_try_at = now() + timedelta(seconds=min(2**news.tries, 3600))
    if news.tries >= MAX_TRIES:
        news.dead_at = now()
    db.session.commit()


def dead_letters():
    return db.session.scalars(select(News).where(News.dead_at.is_not(None)).order_by(News.id)).all()


def oldest_waiting():
    """When the oldest unfinished row was written, or None."""
    return db.session.scalar(
        select(News.at).where(News.done_at.is_(None), News.dead_at.is_(None)).order_by(News.id).limit(1)
    )


def sweep():
    """Delete news that was dealt with some time ago (EXCHANGE_KEEP_NEWS_DAYS); the audit stays."""
    kept = timedelta(days=current_app.config["SETTINGS"].keep_news_days)
    db.session.query(News).filter(News.done_at < now() - kept).delete()
    db.session.commit()
