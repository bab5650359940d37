"""The family of a practice: where its idea came from and where it went, as a tree that can be drawn.

Two kinds of link lead from an older member to a younger: a case says that it borrowed from another
(`borrowed_from`), or a city records that it took a practice up. A city that did both is one member.
"""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import lazyload, raiseload

from exchange.core.models import db
from exchange.network.models.ledger import Borrowing
from exchange.network.service.ledger import listing
from exchange.practices import service as practices
from exchange.practices.models import Practice, Revision

DEEPEST = 8  # generations, up and down
MOST = 80  # members


@dataclass
class Member:
    """A public case, a city that took one up without a case of its own, or words of a case about a model."""

    key: str
    practice: Practice | None = None
    revision: Revision | None = None
    records: list = field(default_factory=list)  # Records that led here
    words: str = ""
    language: str = ""
    is_here: bool = False
    column: int = 0
    row: float = 0.0

    @property
    def city(self):
        if self.practice is not None:
            return self.practice.city
        return self.records[0].city if self.records else None

    @property
    def path(self):
        if self.practice is not None:
            return practices.path_of(self.practice, self.revision.title)
        return self.records[0].path if self.records else ""

    @property
    def title(self):
        return self.revision.title if self.revision is not None else self.words

    @property
    def year(self):
        start = self.revision.get("start") if self.revision is not None else ""
        start = start or next((one.transfer.start for one in self.records if one.transfer.start), "")
        return str(start or "")[:4]


@dataclass(frozen=True)
class Link:
    """From the older member to the younger; `record` where the younger city keeps one, `changed` in words."""

    parent: Member
    child: Member
    record: listing.Record | None = None
    is_told: bool = False  # the younger case itself says that it borrowed
    changed: str = ""


@dataclass(frozen=True)
class Family:
    members: list
    links: list
    columns: int
    rows: int


def family_of(practice, revision):
    """The Family of a case that can be read, or None when it stands alone.

    The number of queries grows with the generations, never with the members.
    """
    found = Gathered(practice, revision)
    found.upwards()
    found.downwards()
    if not found.links:
        return None
    return laid_out(list(found.members.values()), list(found.links.values()))


class Gathered:
    """Members and links as they are found; each case once, whoever leads to it."""

    def __init__(self, practice, revision):
        here = Member(f"case-{practice.id}", practice, revision, is_here=True)
        self.members, self.links, self.here = {here.key: here}, {}, here

    def upwards(self):
        self.in_words()
        level = [self.here.practice.id]
        for _generation in range(DEEPEST):
            rows = pairs(Borrowing.practice_id.in_(level))
            level = self.join([(model, child) for child, model in rows])
            if not level:
                return

    def in_words(self):
        """Models that the case names in words alone."""
        for number, row in enumerate(self.here.revision.get("borrowed_from", [])):
            if isinstance(row, dict) and row.get("text") and not row.get("practice"):
                language = self.here.revision.language
                one = Member(f"words-{number}", words=row["text"], language=language)
                self.members[one.key] = one
                self.link(one, self.here, changed=row.get("changed") or "", is_told=True)

    def downwards(self):
        level = [one.practice.id for one in self.members.values() if one.practice is not None]
        for _generation in range(DEEPEST):
            if not level:
                return
            records = listing.read(listing.seen().where(Practice.id.in_(level)))
            new = self.join(pairs(Borrowing.model_id.in_(level), reverse=True))
            self.take(records)
            level = new

    def join(self, told):
        """Add the (older id, younger id) of cases that may be read; returns the ids that are new."""
        missing = {one for pair in told for one in pair} - self.known()
        new = []
        for practice, revision in readable(missing):
            if len(self.members) < MOST:
                self.members[f"case-{practice.id}"] = Member(f"case-{practice.id}", practice, revision)
                new.append(practice.id)
        for older, younger in told:
            parent, child = self.members.get(f"case-{older}"), self.members.get(f"case-{younger}")
            if parent and child:
                self.link(parent, child, is_told=True, changed=changed_in(child, parent))
        return new

    def known(self):
        return {one.practice.id for one in self.members.values() if one.practice is not None}

    def take(self, records):
        """Add what cities record; to a case of their own that borrowed from the same one, if there is."""
        for record in sorted(records, key=lambda one: (one.transfer.start or "9", one.transfer.id)):
            parent = self.members[f"case-{record.practice.id}"]
            child = self.own_case(parent, record.city) or self.new_city(record)
            if child is not None:
                child.records.append(record)
                self.link(parent, child, record=record)

    def own_case(self, parent, city):
        return next(
            (
                link.child
                for link in self.links.values()
                if link.parent is parent and link.child.practice and link.child.practice.city_id == city.id
            ),
            None,
        )

    def new_city(self, record):
        if len(self.members) >= MOST:
            return None
        key = f"record-{record.transfer.id}"
        return self.members.setdefault(key, Member(key))

    def link(self, parent, child, record=None, is_told=False, changed=""):
        key = parent.key, child.key
        known = self.links.get(key)
        if known:
            record, changed = record or known.record, changed or known.changed
            is_told = is_told or known.is_told
        self.links[key] = Link(parent, child, record, is_told, changed)


def pairs(condition, reverse=False):
    """(younger id, older id) of borrowings; reversed (older, younger)."""
    rows = db.session.execute(select(Borrowing.practice_id, Borrowing.model_id).where(condition)).all()
    return [(model, child) for child, model in rows] if reverse else [tuple(row) for row in rows]


def readable(ids):
    """(practice, public revision) of those of these cases that lists may show."""
    if not ids:
        return []
    lean = practices.public().options(
        lazyload(Revision.practice), raiseload(Practice.authors), raiseload(Practice.endorsements)
    )
    return db.session.execute(lean.where(Practice.id.in_(ids)).order_by(Practice.id)).all()


def changed_in(child, parent):
    """What a case says that it changed of its model."""
    rows = child.revision.get("borrowed_from", [])
    named = (
        row for row in rows if isinstance(row, dict) and row.get("practice") == parent.practice.public_id
    )
    return next((row["changed"] for row in named if row.get("changed")), "")


# Where each member stands: a column for each generation, a row for each line of descent


def laid_out(members, links):
    younger = {}
    for link in links:
        younger.setdefault(link.parent.key, []).append(link.child)
    have_models = {link.child.key for link in links}
    walk = Walk(younger)
    for member in [*(one for one in members if one.key not in have_models), *members]:
        walk.go(member)
    for parent, child in reversed(walk.links):  # the older end of each link first
        child.column = max(child.column, parent.column + 1)
    columns = max(one.column for one in members) + 1
    return Family(sorted(members, key=lambda one: (one.column, one.row)), links, columns, walk.rows)


class Walk:
    """From the oldest to the youngest, line by line; what would lead back to an ancestor is left out.

    `links` holds the others, each after all those that come from its younger end.
    """

    def __init__(self, younger):
        self.younger, self.links, self.rows, self.seen, self.trail = younger, [], 0, set(), set()

    def go(self, member):
        if member.key in self.seen:
            return
        self.seen.add(member.key)
        self.trail.add(member.key)
        new = [one for one in self.younger.get(member.key, ()) if one.key not in self.seen]
        ahead = [one for one in self.younger.get(member.key, ()) if one.key not in self.trail]
        for one in ahead:
            self.go(one)
        self.links += [(member, one) for one in ahead]
        self.trail.discard(member.key)
        self.stand(member, [one.row for one in new])

    def stand(self, member, rows):
        """In the middle of those who stand under it; alone in a row of its own."""
        if rows:
            member.row = (min(rows) + max(rows)) / 2
        else:
            member.row, self.rows = float(self.rows), self.rows + 1
