"""A briefing pack: the memo on some cases that fits two pages, and the versions that it cites.

`memo` says what page and file show; neither adds a word of its own.
"""

import re
from dataclasses import dataclass

from flask import current_app
from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from exchange.core.markup import plain
from exchange.core.models import now
from exchange.network.service.kept import cells, comparing
from exchange.network.service.kept.cells import Item
from exchange.practices import schema, shown
from exchange.practices.translating import lang_of

WORDS_OF_ALL = 620  # that the cases of a memo have together, so that it fits two pages
LEAST_WORDS = 45  # for one case
NOTE = 40  # words of a note
IN_TABLE = (
    *("country", "population", "scale", "stage", "period", "cost_band"),
    *("competence_needed", "evidence_design", "taken_up"),
)
SENTENCE = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True)
class Point:
    """One line under a case: 'What was measured' and a few Items."""

    label: str
    items: list


@dataclass(frozen=True)
class Told:
    """What a memo says of one case."""

    case: object
    place: str
    title: Item
    summary: Item
    points: list
    note: str = ""  # of the collection that it comes from


@dataclass(frozen=True)
class Citation:
    """A version, so that whoever reads the memo reads the very text that it was made from."""

    title: Item
    place: str
    code: str
    version: str  # 'version 2, 26 November 2026'
    licence: str
    address: str

    @property
    def tail(self):
        """What follows the title, up to the address."""
        site = current_app.config["SETTINGS"].site_name
        parts = [self.place, f"{site}, {self.code}, {self.version}", self.licence]
        return ". ".join(part for part in parts if part) + "."


@dataclass(frozen=True)
class Memo:
    title: str
    lead: str
    introduction: Item | None
    day: str
    language: str
    heads: list  # names of the cases, as the table's columns
    rows: list  # comparing.Row
    cases: list  # Told
    citations: list
    address: str  # where the comparison stands

    @property
    def apart(self):
        return [row for row in self.rows if row.stands_out]


def memo(codes, language, content=None):
    """The Memo on these cases; `content`: of the collection that they come from, as everyone reads it."""
    found = comparing.compare(codes, language)
    notes = {entry["practice"]: entry["note"] for entry in content["entries"]} if content else {}
    introduction = introduction_of(content)
    beside = [
        introduction.words if introduction else "",
        *(short(plain(one), NOTE) for one in notes.values()),
    ]
    room = WORDS_OF_ALL - len(" ".join(beside).split())
    budget = max(room // max(len(found.cases), 1), LEAST_WORDS)
    rows = [row for row in found.rows if row.name in IN_TABLE]
    base = current_app.config["SETTINGS"].base_url.rstrip("/")
    return Memo(
        title=content["title"] if content else title_of(found.cases, language),
        lead=ngettext("Memo on %(num)s practice", "Memo on %(num)s practices", len(found.cases)),
        introduction=introduction,
        day=format_date(now(), "long"),
        language=language,
        heads=[place_of(case, language) for case in found.cases],
        rows=sorted(rows, key=lambda row: IN_TABLE.index(row.name)),
        cases=[told(case, language, budget, notes.get(case.practice.public_id, "")) for case in found.cases],
        citations=[citation(case, language, base) for case in found.cases],
        address=f"{base}/compare?ids={','.join(found.ids)}",
    )


def title_of(cases, language):
    """What the cases have in common, or where they are."""
    shared = set.intersection(*({topic.slug for topic in case.topics} for case in cases)) if cases else set()
    names = [topic.label(language) for case in cases[:1] for topic in case.topics if topic.slug in shared]
    places = ", ".join(place_of(case, language) for case in cases)
    return _("%(topic)s in %(places)s", topic=names[0], places=places) if names else places


def introduction_of(content):
    if not content or not content["introduction"]:
        return None
    return Item(short(plain(content["introduction"]), 90), lang=content["language"])


def place_of(case, language):
    from exchange.taxonomy.service import country_name

    if case.city:
        return case.city.label(language)
    return country_name(case.country, language) or case.practice.origin.get("country") or case.told.title


def told(case, language, budget, note):
    revision, text = case.revision, case.told
    summary = text.summary or text.get("solution") or text.get("story")
    return Told(
        case=case,
        place=place_of(case, language),
        title=Item(text.title, lang=lang_of(text.title, revision)),
        summary=Item(short(plain(summary), max(budget // 2, LEAST_WORDS)), lang=lang_of(summary, revision)),
        points=[point for point in points(case, budget // 2) if point.items],
        note=short(plain(note), NOTE),
    )


def points(case, budget):
    """What was measured, what one must have, what went wrong: as much of each as there is room for."""
    each = max(budget // 3, 18)
    yield Point(_("What was measured"), fit(row_items("results", case), each, 3))
    yield Point(_("What one must have"), fit(musts(case), each, 3))
    yield Point(_("What went wrong"), fit(obstacles(case), each, 2))


def row_items(name, case):
    around = cells.Around(language="")
    return cells.items_of(schema.FIELDS[name], case.told, around)


def musts(case):
    rows = [row for row in case.told.get("transfer_conditions", []) if isinstance(row, dict)]
    firm = [row for row in rows if row.get("firmness") == "must"] or rows
    return [
        Item(row["condition"], lang=lang_of(row["condition"], case.told))
        for row in firm
        if row.get("condition")
    ]


def obstacles(case):
    rows = [row for row in case.told.get("obstacles", []) if isinstance(row, dict) and row.get("obstacle")]
    found = [Item(obstacle(row), lang=lang_of(row["obstacle"], case.told)) for row in rows]
    failed = case.told.get("what_failed")
    return found or ([Item(plain(failed), lang=lang_of(failed, case.told))] if failed else [])


def obstacle(row):
    solved = shown.part_label("obstacles", "solved", row["solved"]) if row.get("solved") else ""
    return f"{row['obstacle']} ({solved})" if solved else row["obstacle"]


def fit(items, budget, most):
    """The first of them that have room; the first one at least, cut."""
    kept, left = [], budget
    for item in items[:most]:
        if kept and len(item.words.split()) > left:
            break
        cut = short(item.words, max(left, 12))
        kept.append(Item(cut, lang=item.lang))
        left -= len(cut.split())
    return kept


def short(text, most):
    """At most so many words: whole sentences where the first fits, else cut with '…'."""
    if len(text.split()) <= most:
        return text
    kept = []
    for sentence in SENTENCE.split(text):
        if sum(len(one.split()) for one in kept) + len(sentence.split()) > most:
            break
        kept.append(sentence)
    return " ".join(kept) if kept else " ".join(text.split()[:most]).rstrip(",;:") + " …"


def citation(case, language, base):
    revision = case.revision
    return Citation(
        title=Item(revision.title, lang=revision.language),
        place=place_of(case, language),
        code=case.practice.public_id,
        version=_(
            "version %(number)s, %(day)s",
            number=revision.number,
            day=format_date(revision.published_at, "long"),
        ),
        licence=comparing.licence_of(case),
        address=base + comparing.version_path(case),
    )
