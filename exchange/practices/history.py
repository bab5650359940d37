"""Earlier texts of a draft: kept as it is saved, thinned with age, forgotten some time after it is told.

A save goes into the snapshot of the same person's last minutes. What takes much out begins a new one, so that
what was there is still there. Nothing here commits but `sweep`.
"""

import json
from datetime import timedelta

from sqlalchemy import delete, select

from exchange.core.models import db, now
from exchange.practices.models import Revision, Snapshot

TOGETHER = timedelta(minutes=5)  # saves of one person that make one snapshot
MUCH = 200  # characters that go with one save
AGES = (  # up to this age, one snapshot per person and so much time
    (timedelta(hours=2), TOGETHER),
    (timedelta(days=1), timedelta(minutes=30)),
    (timedelta(days=7), timedelta(hours=4)),
    (timedelta.max, timedelta(days=1)),
)
MOST = 120  # of one draft
KEPT_AFTER = timedelta(weeks=6)  # the submission
PARTS = ("language", "title", "summary", "answers", "missing", "content_hash")


def remember_start(revision):
    """Keep what a draft began with, before its first save; no save goes into that."""
    if not db.session.scalar(select(Snapshot.id).where(Snapshot.revision_id == revision.id).limit(1)):
        at = revision.saved_at or now()
        add(revision, at, revision.created_by_id, begun_at=at - TOGETHER)


def remember(revision, by, fresh=False):
    """Keep the draft as it stands after a save; `fresh` begins a snapshot of its own."""
    latest = newest(revision)
    if latest is None or fresh or not goes_into(latest, revision, by):
        add(revision, now(), by.id if by else None)
        return
    latest.at = now()
    for name in PARTS:
        setattr(latest, name, getattr(revision, name))


def goes_into(latest, revision, by):
    mine = latest.by_id == (by.id if by else None)
    return mine and latest.begun_at > now() - TOGETHER and length_of(revision) > length_of(latest) - MUCH


def length_of(text):
    return len(text.title + (text.summary or "")) + len(json.dumps(text.answers, ensure_ascii=False))


def add(revision, at, by_id, begun_at=None):
    kept = Snapshot(
        revision_id=revision.id,
        begun_at=begun_at or at,
        at=at,
        by_id=by_id,
        **{name: getattr(revision, name) for name in PARTS},
    )
    db.session.add(kept)
    db.session.flush()


def newest(revision):
    return db.session.scalar(
        select(Snapshot).where(Snapshot.revision_id == revision.id).order_by(Snapshot.id.desc()).limit(1)
    )


def of(revision):
    """The earlier texts of a draft, the newest first."""
    rows = select(Snapshot).where(Snapshot.revision_id == revision.id)
    return db.session.scalars(rows.order_by(Snapshot.id.desc())).all()


def find(revision, snapshot_id):
    """One of them, or None."""
    found = db.session.get(Snapshot, snapshot_id)
    return found if found and found.revision_id == revision.id else None


# By the clock


def sweep():
    """Thin what is old, forget what belongs to texts that were submitted long ago."""
    told = select(Revision.id).where(Revision.state != "draft", Revision.submitted_at < now() - KEPT_AFTER)
    db.session.execute(delete(Snapshot).where(Snapshot.revision_id.in_(told)))
    for revision_id in db.session.scalars(select(Snapshot.revision_id).distinct()).all():
        thin(revision_id)
    db.session.commit()


def thin(revision_id):
    """Keep the last of each stretch of time, longer ones the older they are, and the very first."""
    rows = db.session.execute(
        select(Snapshot.id, Snapshot.at, Snapshot.by_id)
        .where(Snapshot.revision_id == revision_id)
        .order_by(Snapshot.id.desc())
    ).all()
    seen, spare = set(), []
    for place, (snapshot_id, at, by_id) in enumerate(rows[:-1]):
        stretch = stretch_of(at, by_id)
        if place and (stretch in seen or place >= MOST):
            spare.append(snapshot_id)
        seen.add(stretch)
    if spare:
        db.session.execute(delete(Snapshot).where(Snapshot.id.in_(spare)))


def stretch_of(at, by_id):
    """What all snapshots of one person in one stretch of time have in common."""
    length = next(length for age, length in AGES if now() - at <= age)
    return by_id, length, int(at.timestamp() // length.total_seconds())
