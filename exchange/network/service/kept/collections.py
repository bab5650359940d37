"""Collections: put together, ordered, annotated, shared with a team. The caller commits.

Each verb first holds the collection's row; the same act repeated has no second effect.
"""

from dataclasses import dataclass

from sqlalchemy import func, select

from exchange.accounts import service as accounts
from exchange.core import journal
from exchange.core.models import db, hold_row, now
from exchange.network.models.kept import Collection, CollectionEntry
from exchange.network.service.codes import new_code
from exchange.practices import service as practices
from exchange.practices.models import Practice
from exchange.practices.service import NotAllowed, fingerprint

MOST = 100  # collections of one person
MOST_ENTRIES = 60
WORDS = ("title", "introduction", "language", "city_id")


class Refusal(Exception):
    """A verb of collections says no; its class says why."""


class TooMany(Refusal):
    """There are as many as one person, or one collection, may have; `most` says how many."""

    def __init__(self, most):
        super().__init__(f"at most {most}")
        self.most = most


class NoSuchCase(Refusal):
    """No public case has this code or address."""


class Meanwhile(Refusal):
    """Somebody else changed the words since the form was opened."""


@dataclass(frozen=True)
class Line:
    """An entry as its collection's page shows it; `case` is None when the case is public no more."""

    code: str  # the public id of the case
    note: str
    case: object = None


# Making and changing


def make(by, words, is_demonstration=False):
    """A new collection, its owner's alone until it is shared; `words`: WORDS. Raises NotAllowed, TooMany."""
    if not by.verified_at:
        raise NotAllowed("whoever keeps collections has a proven address")
    if count_of(by) >= MOST:
        raise TooMany(MOST)
    check_city(words.get("city_id"), by)
    made = Collection(public_id=new_code(Collection.public_id), by=by, is_demonstration=is_demonstration)
    for name, value in words.items():
        setattr(made, name, value)
    db.session.add(made)
    db.session.flush()
    journal.record("make collection", subject(made), by, news=False)
    return made


def change(collection, by, words, base=None):
    """Other words, or shared with others; returns whether anything changed.

    Sharing is its owner's business. `base` is `base_of` from when the form was opened: raises Meanwhile.
    """
    hold(collection, by)
    if base is not None and base != base_of(collection):
        raise Meanwhile
    if not collection.is_owned_by(by):
        words = {**words, "city_id": collection.city_id}
    changed = [name for name in WORDS if name in words and getattr(collection, name) != words[name]]
    if "city_id" in changed:
        check_city(words["city_id"], by)
    for name in changed:
        setattr(collection, name, words[name])
    if changed:
        touch(collection, "change collection", by, fields=changed)
    return bool(changed)


def remove(collection, by):
    """It is gone for everybody, and with it what waits for a moderator."""
    hold_row(collection, ["by_id"])
    if not collection.is_owned_by(by):
        raise NotAllowed("its owner removes a collection")
    journal.record("remove collection", subject(collection), by, news=False, title=collection.title)
    db.session.delete(collection)
    db.session.flush()


def check_city(city_id, by):
    if city_id is not None and not by.is_of(city_id):
        raise NotAllowed("one shares with the people of one's own city")


# Entries


def add(collection, by, told, note=""):
    """Put a public case at the end, by its code or address; returns the entry, there already or new.

    Raises NotAllowed, NoSuchCase, TooMany.
    """
    hold(collection, by)
    practice = find_case(told)
    if known := entry_of(collection, practice.public_id):
        return known
    if len(collection.entries) >= MOST_ENTRIES:
        raise TooMany(MOST_ENTRIES)
    last = max((entry.place for entry in collection.entries), default=0)
    made = CollectionEntry(practice=practice, place=last + 1, note=note.strip())
    collection.entries.append(made)
    touch(collection, "add to collection", by, case=practice.public_id)
    return made


def note(collection, by, code, words):
    """Say beside a case why it is here; returns whether that is new."""
    hold(collection, by)
    entry = entry_of(collection, code)
    if entry is None or entry.note == words.strip():
        return False
    entry.note = words.strip()
    touch(collection, "note in collection", by, case=code)
    return True


def shift(collection, by, code, steps):
    """Move a case up (-1) or down (+1); at the end it stays. Returns whether it moved."""
    hold(collection, by)
    entry = entry_of(collection, code)
    if entry is None:
        return False
    order = list(collection.entries)
    here = order.index(entry)
    there = min(max(here + steps, 0), len(order) - 1)
    if there == here:
        return False
    order.insert(there, order.pop(here))
    for place, one in enumerate(order, start=1):
        one.place = place
    touch(collection, "order collection", by, case=code)
    return True


def take_out(collection, by, code):
    """The case is not in it any more; returns whether it was."""
    hold(collection, by)
    entry = entry_of(collection, code)
    if entry is None:
        return False
    collection.entries.remove(entry)
    touch(collection, "take out of collection", by, case=code)
    return True


def entry_of(collection, code):
    return next((one for one in collection.entries if one.practice.public_id == code), None)


def find_case(told):
    """The public Practice of a code or an address that somebody gave; raises NoSuchCase."""
    code = code_in(told)
    row = db.session.execute(practices.public([code])).first() if code else None
    if row is None:
        raise NoSuchCase
    return row.Practice


def code_in(told):
    """'https://…/practices/K7Q2MX-a-price' → 'K7Q2MX'; '' of nothing like it."""
    last = (told or "").strip().split("?")[0].split("#")[0].rstrip("/")
    if "/practices/" in last:
        last = last.split("/practices/", 1)[1].split("/")[0]
    code = last.split("-")[0].upper()
    return code if code.isascii() and code.isalnum() else ""


def hold(collection, by):
    """Hold its row and see it, and its entries, as they stand now. Raises NotAllowed, Gone."""
    hold_row(collection, Collection.__mapper__.column_attrs.keys())
    db.session.refresh(collection, ["entries"])
    if not collection.may_be_worked_on_by(by):
        raise NotAllowed("its owner and those whom it is shared with work on it")


def touch(collection, act, by, **details):
    collection.changed_at = now()
    db.session.flush()
    db.session.refresh(collection, ["entries"])
    journal.record(act, subject(collection), by, news=False, **details)


def base_of(collection):
    """A fingerprint of the words, for whoever opens a form on them."""
    return fingerprint([getattr(collection, name) for name in WORDS])


def subject(collection):
    return f"collection:{collection.public_id}"


# Looking up


def find(public_id):
    code = accounts.shared.storable((public_id or "").upper())
    return db.session.scalar(select(Collection).where(Collection.public_id == code))


def count_of(user):
    return db.session.scalar(select(func.count(Collection.id)).where(Collection.by_id == user.id))


def of_user(user):
    """Those that a person works on: [own, newest change first], [those shared with them]."""
    order = Collection.changed_at.desc(), Collection.id.desc()
    own = db.session.scalars(select(Collection).where(Collection.by_id == user.id).order_by(*order)).all()
    cities = [city.id for city in user.cities]
    shared = select(Collection).where(Collection.city_id.in_(cities), Collection.by_id != user.id)
    return own, (db.session.scalars(shared.order_by(*order)).all() if cities else [])


def sizes(collections):
    """Collection id → how many cases stand in it; one query."""
    ids = [one.id for one in collections]
    rows = db.session.execute(
        select(CollectionEntry.collection_id, func.count())
        .where(CollectionEntry.collection_id.in_(ids))
        .group_by(CollectionEntry.collection_id)
    )
    return dict(rows.all()) if ids else {}


def holding(collections, practices_):
    """The ids of those of these collections in which all of the cases stand already; one query."""
    cases = [one.id for one in practices_]
    ids = [one.id for one in collections]
    held = (
        select(CollectionEntry.collection_id)
        .where(CollectionEntry.practice_id.in_(cases), CollectionEntry.collection_id.in_(ids))
        .group_by(CollectionEntry.collection_id)
        .having(func.count() == len(cases))
    )
    return set(db.session.scalars(held)) if ids and cases else set()


def told(collection):
    """(public id, note) of its entries as its owner has them, in order; one query."""
    rows = db.session.execute(
        select(Practice.public_id, CollectionEntry.note)
        .join(Practice, Practice.id == CollectionEntry.practice_id)
        .where(CollectionEntry.collection_id == collection.id)
        .order_by(CollectionEntry.place, CollectionEntry.id)
    )
    return [(code, note) for code, note in rows]


def path_of(collection):
    """'/collections/K7Q2MX-streets-on-trial': permanent, whatever becomes of the title.

    It ends as the title does that everyone reads, where there is one.
    """
    title = collection.shown["title"] if collection.is_public else collection.title
    return path_to(collection.public_id, title)


def path_to(public_id, title):
    slug = practices.slug_of(title)
    return f"/collections/{public_id}" + (f"-{slug}" if slug else "")
