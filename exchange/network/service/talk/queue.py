"""What moderators look at: things that were reported, appeals, what is hidden, and what was said last."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal, select, union_all

from exchange.accounts.models import User
from exchange.core.models import db
from exchange.network.models.reports import Hiding, Lock, Report
from exchange.network.service.talk.kinds import KINDS
from exchange.network.service.talk.reports import shown

PAGE = 30
LATEST = 12
OPEN = ("challenge", "answer", "comment")  # what everyone reads as soon as it is written


@dataclass(frozen=True)
class Row:
    """One thing in the queue; `beside` are its Reports or its Hiding."""

    kind: object
    thing: object
    at: datetime
    beside: object = None

    @property
    def author(self):
        return self.kind.author(self.thing)


def reported(most=PAGE):
    """Things that were reported and wait, the longest first, each with its Reports."""
    found = select(Report).where(Report.decided_at.is_(None)).order_by(Report.id).limit(most * 5)
    grouped = {}
    for one in db.session.scalars(found):
        grouped.setdefault((one.kind, one.thing_id), []).append(one)
    things = fetched(list(grouped)[:most])
    return [
        Row(KINDS[key[0]], things[key], grouped[key][0].at, grouped[key])
        for key in list(grouped)[:most]
        if key in things
    ]


def appealed(most=PAGE):
    """Hidden things whose author has appealed, and nobody has answered."""
    waits = (Hiding.appealed_at.is_not(None), Hiding.upheld_at.is_(None), Hiding.ended_at.is_(None))
    return rows_of(select(Hiding).where(*waits).order_by(Hiding.appealed_at), most)


def hidden(most=PAGE):
    """What is hidden now, the latest first."""
    return rows_of(select(Hiding).where(Hiding.ended_at.is_(None)).order_by(Hiding.id.desc()), most)


def rows_of(found, most):
    hidings = db.session.scalars(found.limit(most)).all()
    things = fetched([(one.kind, one.thing_id) for one in hidings])
    return [
        Row(KINDS[one.kind], things[one.kind, one.thing_id], one.at, one)
        for one in hidings
        if (one.kind, one.thing_id) in things
    ]


def latest(most=LATEST):
    """What was said last where everyone reads it, so that a moderator need not wait for a report."""
    parts = [
        select(literal(name).label("kind"), model.id.label("id"), model.at.label("at")).where(
            shown(name, model.id)
        )
        for name in OPEN
        if (model := KINDS[name].model) is not None
    ]
    union = union_all(*parts).subquery()
    rows = db.session.execute(select(union).order_by(union.c.at.desc(), union.c.id.desc()).limit(most)).all()
    things = fetched([(row.kind, row.id) for row in rows])
    return [
        Row(KINDS[row.kind], thing, thing.at)
        for row in rows
        if (thing := things.get((row.kind, row.id))) is not None
        and getattr(thing, "taken_back_at", None) is None
    ]


def fetched(keys):
    """(kind, number) → thing; one query for each kind, whatever the number."""
    found = {}
    for name in {name for name, _number in keys}:
        if name in KINDS:
            model = KINDS[name].model
            wanted = [number for kind, number in keys if kind == name]
            for thing in db.session.scalars(select(model).where(model.id.in_(wanted))):
                found[name, thing.id] = thing
    return found


def history(thing, name):
    """Everything that was done about a thing, the latest first: (at, what, who, words)."""
    mine = {"kind": name, "thing_id": thing.id}
    events = []
    for one in db.session.scalars(select(Report).filter_by(**mine)):
        events.append((one.at, "reported", one.by_id, one.words))
        if one.decided_at:
            events.append((one.decided_at, one.outcome, one.decided_by_id, one.reason))
    for one in db.session.scalars(select(Hiding).filter_by(**mine)):
        events.append((one.at, "hide", one.by_id, one.reason))
        if one.appealed_at:
            events.append((one.appealed_at, "appealed", None, one.appeal))
        if one.upheld_at:
            events.append((one.upheld_at, "upheld", one.upheld_by_id, one.answer))
        if one.ended_at:
            events.append((one.ended_at, "shown", one.ended_by_id, one.answer))
    for one in db.session.scalars(select(Lock).filter_by(**mine)):
        events.append((one.at, "locked", one.by_id, one.reason))
        if one.ended_at:
            events.append((one.ended_at, "unlocked", one.ended_by_id, ""))
    names = names_of({by_id for _at, _what, by_id, _words in events if by_id})
    events = [
        (at, what, names.get(by_id, ""), words) for at, what, by_id, words in events if what != "hidden"
    ]
    return sorted(events, key=lambda event: event[0], reverse=True)


def names_of(ids):
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {user_id: name for user_id, name in rows}
