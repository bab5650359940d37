"""Looking for what is new to saved searches, by the clock; what is found becomes news, and news letters.

What is new to a search is told from two memories, and neither trusts the clock:

- its `mark`: how far in the order of arrivals (see `models.Arrival`) the last look went. Only what
  arrived behind it can be new, that is a case, or a new text of it, that the index has come to hold
  since. That old cases match because of a new synonym, or are public again, is no news.
- the `known` cases: whatever it has found or told. A case whose text changes is new only to searches
  that did not find it before, and no search hears of it twice.

Both are written in the transaction that writes the news. A worker that is killed before it has told
nothing and looks again; one that is killed after has told it once.
"""

import logging
import time
import traceback
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from itertools import takewhile
from typing import NamedTuple

from flask import current_app
from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.orm import Session

from exchange.accounts.models import User
from exchange.core import journal
from exchange.core.models import db, now, reading
from exchange.practices import service as practices
from exchange.practices.models import Practice, Revision
from exchange.search import alerts, service
from exchange.search.engine import Unusable, get_engine
from exchange.search.models import Arrival, SavedSearch

AT_MOST = 500  # searches in one go
BUDGET = 5.0  # seconds that one go may take: then the worker turns to its other work
LISTED = 20  # cases that a letter lists
LONGEST_REST = timedelta(hours=6)  # after failures
FAR_OFF = timedelta(days=8)  # no time to look next is that far away, unless the clock was wrong

log = logging.getLogger(__name__)


def look_around():
    """Everybody whose time has come gets news of the cases that are new to their search.

    A search that fails keeps its place, is looked at again later, and hinders no other. Without a whole
    index nobody is told anything: what is missing from it would be missed for good.
    """
    try:
        keep_up_with(get_engine(current_app))
        cases, end = Cases(get_engine(current_app)), time.monotonic() + BUDGET
        for search_id in searches_due():
            look_safely(search_id, cases)
            if time.monotonic() > end:
                break
    except Unusable as error:
        db.session.rollback()
        log.info("nobody is told what is new for now: %s", error)


# What has arrived


def keep_up_with(engine):
    """Write down what has arrived, once for each state of the index."""
    state = engine.state()
    if not state or state != current_app.extensions.get("arrived"):
        write_down_arrivals(numbers_in(engine))
        current_app.extensions["arrived"] = state


def numbers_in(engine):
    return {public_id: number for public_id, (number, _stamp) in engine.known().items()}


def write_down_arrivals(held):
    """Give every public text that the index has come to hold the next place in the order."""
    with reading(), Session(db.engine) as session:
        last = session.scalar(select(Arrival.place).order_by(Arrival.place.desc()).limit(1)) or 0
        rows = [row for row in session.execute(unplaced()) if held.get(row.public_id) == row.number]
    placed = [
        {"practice_id": row.id, "number": row.number, "place": place, "first": row.first or place}
        for place, row in enumerate(rows, last + 1)
    ]
    for verb, some in (
        (insert, [one for one, row in zip(placed, rows, strict=True) if not row.first]),
        (update, [one for one, row in zip(placed, rows, strict=True) if row.first]),
    ):
        if some:
            db.session.execute(verb(Arrival), some)
    if placed:
        db.session.commit()


def unplaced():
    """Public texts that have not arrived yet; the order is theirs among those that arrive together."""
    return (
        practices.public()
        .with_only_columns(Practice.id, Practice.public_id, Revision.number, Arrival.first)
        .outerjoin(Arrival, Arrival.practice_id == Practice.id)
        .where(or_(Arrival.number.is_(None), Arrival.number != Revision.number))
        .order_by(Revision.published_at, Revision.id)
    )


# Who is to be told


def searches_due():
    """Ids of the searches whose time has come, the longest waiting first; of 'at once', if anything came."""
    moment, newest = now(), select(Arrival.place).order_by(Arrival.place.desc()).limit(1).scalar_subquery()
    there = and_(User.verified_at.is_not(None), User.suspended_at.is_(None), User.left_at.is_(None))
    rows = (
        select(SavedSearch.id)
        .outerjoin(User, User.id == SavedSearch.user_id)
        .where(SavedSearch.confirmed_at.is_not(None), SavedSearch.stopped_at.is_(None))
        .where(or_(SavedSearch.user_id.is_(None), there))
        .where(or_(SavedSearch.next_look_at <= moment, SavedSearch.next_look_at > moment + FAR_OFF))
        .where(or_(SavedSearch.known.is_(None), SavedSearch.rhythm != "at-once", SavedSearch.mark < newest))
        .order_by(SavedSearch.next_look_at, SavedSearch.id)
        .limit(AT_MOST)
    )
    with reading(), Session(db.engine) as session:
        return session.scalars(rows).all()


def look_safely(search_id, cases):
    try:
        look(search_id, cases)
    except Unusable:
        raise
    except Exception:
        db.session.rollback()
        log.exception("a saved search failed")
        put_off(search_id, traceback.format_exc(limit=4))


def look(search_id, cases):
    """Tell what is new to one search. Asking holds up no writer; what follows is one short transaction."""
    with reading():
        search = db.session.get(SavedSearch, search_id, populate_existing=True)
        found = cases.found_for(search) if search else None
        db.session.rollback()
    mine = {"with_for_update": {"skip_locked": True}, "populate_existing": True}
    search = db.session.get(SavedSearch, search_id, **mine)
    if search and search.is_running:
        new = take_in(search, found, cases) if found else []
        tell(search, new)
        plan(search, bool(new))
    db.session.commit()


def take_in(search, found, cases):
    """The public ids that are new to it, the newest first; from now on they are known.

    The first look only learns what is there already, and leaves out what came since it was saved.
    """
    fresh, new = cases.since(search.mark), []
    if search.known is None:
        came_since = [row.practice_id for row in fresh.values() if row.first > search.mark]
        search.known = found.bits & ~bits(came_since)
    else:
        new = [one for one in found.order if one in fresh and not search.known >> fresh[one].practice_id & 1]
        search.known |= found.bits
        search.mark = max(search.mark, cases.newest)
    return new


def tell(search, new):
    search.tries, search.error = 0, None
    if new:
        search.last_sent_at = now()
        journal.tell(
            "new cases",
            subject=alerts.subject(search),
            language=search.language,
            cases=new[:LISTED],
            more=max(0, len(new) - LISTED),
        )


def plan(search, told):
    """When to look next: 'daily' and 'weekly' keep their hour, however late this look was."""
    moment, gap = now(), alerts.GAPS[search.rhythm]
    late = moment - search.next_look_at
    if search.rhythm == "at-once":
        search.next_look_at = moment + gap if told else moment
    elif late < timedelta():  # the clock was wrong
        search.next_look_at = moment + gap
    else:
        search.next_look_at += (late // gap + 1) * gap


def put_off(search_id, error):
    search = db.session.get(SavedSearch, search_id)
    if search:
        search.tries += 1
        search.error = error[-1000:]
        search.next_look_at = now() + min(timedelta(minutes=2 ** min(search.tries, 10)), LONGEST_REST)
    db.session.commit()


# What there is to find


class Found(NamedTuple):
    order: list  # public ids, the newest first
    bits: int


class Cases:
    """What has arrived, as it is during one go, and what each question finds of it."""

    def __init__(self, engine):
        self.engine, self.answers = engine, {}

    @cached_property
    def held(self):
        return numbers_in(self.engine)

    @cached_property
    def arrived(self):
        """(public id, visibility, practice id, number, first, place) of every case, the last one first."""
        columns = (Practice.public_id, Practice.visibility, *Arrival.__table__.columns)
        rows = select(*columns).join(Arrival, Arrival.practice_id == Practice.id)
        with reading(), Session(db.engine) as session:
            found = session.execute(rows.order_by(Arrival.place.desc())).all()
        lost = min((row.place for row in found if self.is_lost(row)), default=None)
        return [row for row in found if lost is None or row.place < lost]

    def is_lost(self, row):
        """The index had it and has it no more: what came after it waits until it is mended."""
        return row.visibility == "public" and self.held.get(row.public_id) != row.number

    @property
    def newest(self):
        return self.arrived[0].place if self.arrived else 0

    @cached_property
    def ids(self):
        return {row.public_id: row.practice_id for row in self.arrived}

    def since(self, mark):
        """Public id → row of what arrived behind a mark."""
        return {row.public_id: row for row in takewhile(lambda row: row.place > mark, self.arrived)}

    def found_for(self, search):
        """What a search finds now; None when nothing came that could be new to it. Raises Unusable."""
        if search.known is not None and search.mark >= self.newest:
            return None
        asked = (search.language, str(search.pairs))  # many keep the same question
        if asked not in self.answers:
            self.answers[asked] = self.ask(alerts.question_of(search))
        return self.answers[asked]

    def ask(self, query):
        results = service.ask(replace(query, strict=True, per_page=None, page=1, sort="newest"))
        if results.degraded:
            raise Unusable("the database stands in for the index")
        order = [hit.public_id for hit in results.hits]
        return Found(order, bits(self.ids[one] for one in order if one in self.ids))


def bits(numbers):
    """The set of these numbers as the bits of one integer."""
    found = bytearray()
    for number in numbers:
        place = number >> 3
        if place >= len(found):
            found.extend(bytes(place + 1 - len(found)))
        found[place] |= 1 << (number & 7)
    return int.from_bytes(found, "little")
