"""Two to six cases side by side: what each says, row by row, and where they differ.

Only what everyone may read is compared; a code of anything else is as unknown as one that never was.
"""

from dataclasses import dataclass, field

from flask_babel import gettext as _
from flask_babel import ngettext

from exchange.accounts import service as accounts
from exchange.core import i18n
from exchange.core.models import db
from exchange.network.service.kept import cells
from exchange.network.service.kept.cells import Around, Item
from exchange.practices import schema, shown, translating
from exchange.practices import service as practices
from exchange.practices.money import key_of
from exchange.search.service import FoundCase
from exchange.taxonomy import service as taxonomy

MOST = 6
LEAST = 2
WORDS = 60  # of one text that are shown at first
SOME = 5  # things of one answer that are shown at first
NOT_COMPARED = {
    *("title", "language"),  # stand in the head
    *("contacts", "media", "documents", "links", "location"),  # belong to the page of the case
    *("licence", "declarations", "note_to_reviewers"),
}
AT_A_GLANCE = ("topics", "scale", "stage", "cost_band", "competence_needed", "lead_unit", "other_cities")
ITSELF = {"city", "population", "confirmed_at", "version"}  # say which case it is, not what sets it apart
WHY_SHOWN = {"results", "cost_band"}  # of which a case's page says why there is no answer
IN_FACTS = {*AT_A_GLANCE, "start", "end", "evidence_design", "evidence_independence"}


@dataclass(frozen=True)
class Cell:
    """What one case says in a row; `why`: why it says nothing, where it says that."""

    items: tuple = ()
    why: str = ""

    @property
    def words(self):
        return tuple(item.words for item in self.items)

    @property
    def short_why(self):
        """'Not known yet', without the words that somebody added."""
        return self.why.partition(":")[0]


@dataclass(frozen=True)
class Row:
    name: str
    label: object
    cells: tuple
    is_long: bool = False

    @property
    def differs(self):
        return len({tuple(sorted(cell.words)) for cell in self.cells}) > 1

    @property
    def stands_out(self):
        """Whether a reader should look here first: long words always differ, and a city's name does too."""
        return self.differs and not self.is_long and self.name not in ITSELF

    @property
    def is_same(self):
        """Whether all say the same, of what might have set them apart."""
        return not self.differs and self.name not in ITSELF

    @property
    def is_empty(self):
        return not any(cell.items for cell in self.cells)

    @property
    def shared(self):
        """The words that every case says, where each says several things."""
        if not self.cells or not self.differs:
            return frozenset()
        return frozenset.intersection(*(frozenset(cell.words) for cell in self.cells))


@dataclass(frozen=True)
class Part:
    """Rows under a heading."""

    title: object
    rows: tuple

    @property
    def anchor(self):
        return f"part-{self.rows[0].name}"


@dataclass(frozen=True)
class Comparison:
    cases: list  # FoundCases, in the order that was asked for
    parts: list
    unknown: list = field(default_factory=list)  # codes that name no public case
    too_many: int = 0  # how many more were asked for than are compared

    @property
    def ids(self):
        return [case.practice.public_id for case in self.cases]

    @property
    def rows(self):
        return [row for part in self.parts for row in part.rows]

    @property
    def has_long(self):
        """Whether there is anything that a page of this size shows in part only."""
        items = (item for row in self.rows for cell in row.cells for item in cell.items)
        many = any(len(cell.items) > SOME for row in self.rows for cell in row.cells)
        return many or any(len(item.words.split()) > WORDS for item in items)

    @property
    def standing_out(self):
        return sum(row.stands_out for row in self.rows)

    @property
    def same(self):
        return sum(row.is_same for row in self.rows)


def codes_in(values):
    """The codes of an address, in order and each once: 'a,b' and 'c' → ['A', 'B', 'C']; no nonsense."""
    told = [one.strip().upper() for value in values for one in (value or "").split(",")]
    return list(dict.fromkeys(one for one in told if one.isascii() and one.isalnum() and len(one) <= 12))


def compare(codes, language):
    """The Comparison of these cases; costs the same number of queries for two or six."""
    cases = read(codes[:MOST], language)
    found = {case.practice.public_id for case in cases}
    unknown = [code for code in codes[:MOST] if code not in found]
    around = fetch(cases, language)
    parts = [Part(_("At a glance"), tuple(facts(cases, around)))] if cases else []
    parts += [Part(step.title, tuple(rows_of(step, cases, around))) for step in schema.STEPS]
    parts = [Part(part.title, tuple(row for row in part.rows if not row.is_empty)) for part in parts]
    return Comparison(cases, [part for part in parts if part.rows], unknown, max(len(codes) - MOST, 0))


def read(codes, language):
    """FoundCases of those that are public, in this order, as the language tells them."""
    if not codes:
        return []
    rows = db.session.execute(practices.public(codes)).all()
    tree = taxonomy.topics()
    told = {one.practice_id: one for one in translating.public_of([row[0].id for row in rows], language)}
    found = {row[0].public_id: case_of(*row, tree, told, language) for row in rows}
    return [found[code] for code in codes if code in found]


def case_of(practice, revision, tree, told, language):
    topics = [tree[slug] for slug in revision.get("topics", []) if slug in tree]
    other = told.get(practice.id) if language != revision.language.split("-")[0].lower() else None
    return FoundCase(practice, revision, topics, [], translating.Told(revision, other) if other else None)


def fetch(cases, language):
    """What the words of all of them are looked up in."""
    revisions = [case.revision for case in cases]
    named = {one for revision in revisions for one in revision.get("other_cities", [])}
    costs = [row for revision in revisions for row in revision.get("costs", []) if isinstance(row, dict)]
    models = {
        row.get("practice")
        for revision in revisions
        for row in revision.get("borrowed_from", [])
        if isinstance(row, dict) and row.get("practice")
    }
    return Around(
        language=language,
        topics=taxonomy.topics(),
        cities=accounts.cities_of(list(named)) if named else {},
        titles=practices.public_titles(models),
        rates=taxonomy.rates_of({key for row in costs if (key := key_of(row))}),
    )


def rows_of(step, cases, around):
    """A row for each field of a step that is compared."""
    asked = [one for one in step.fields if one.public and one.name not in NOT_COMPARED | IN_FACTS]
    return [field_row(one, cases, around) for one in asked]


def field_row(asked, cases, around):
    told = [cell_of(asked, case, around) for case in cases]
    return Row(asked.name, asked.label, tuple(told), cells.is_long(asked))


def cell_of(asked, case, around):
    items = cells.items_of(asked, case.told, around)
    return Cell(tuple(items), "" if items else why(case.revision, asked.name))


def why(revision, name):
    """The reason for an empty answer; in somebody's own words only where the case's page has them, too."""
    if name in WHY_SHOWN:
        return shown.why_empty(revision, name)
    reason = revision.missing.get(name) or {}
    return str(schema.REASONS.get(reason.get("reason"), ""))


# At a glance


def facts(cases, around):
    """The rows that a case's page sums up beside its story."""
    rows = [
        Row(name, label, tuple(Cell(tuple(of(case, around))) for case in cases))
        for name, label, of in (
            ("city", _("City"), city),
            ("country", _("Country"), country),
            ("population", _("Population"), population),
        )
    ]
    rows += [field_row(schema.FIELDS[name], cases, around) for name in AT_A_GLANCE]
    rows += [
        Row(name, label, tuple(Cell(tuple(of(case, around))) for case in cases))
        for name, label, of in (
            ("period", _("Period"), period),
            ("evidence_design", _("Evidence"), evidence),
            ("taken_up", _("Taken up"), taken_up),
            ("told_by", _("Told by"), teller),
            ("confirmed_at", _("Confirmed"), confirmed),
            ("version", _("Version"), version),
        )
    ]
    return rows


def city(case, around):
    found = case.city
    return [Item(found.label(around.language), href=f"/cities/{found.slug}")] if found else []


def country(case, around):
    told = taxonomy.country_name(case.country, around.language) or case.practice.origin.get("country")
    return [Item(told)] if told else []


def population(case, _around):
    found = case.city
    if not found or not found.population:
        return []
    year = f" ({found.population_year})" if found.population_year else ""
    return [Item(f"{i18n.number(found.population)}{year}")]


def period(case, _around):
    told = shown.whole_period(case.revision)
    return [Item(told)] if told else []


def evidence(case, _around):
    design = case.revision.get("evidence_design")
    words = shown.evidence_words(design, case.revision.get("evidence_independence"))
    return [Item(words)] if words else []


def taken_up(case, _around):
    count = case.practice.times_taken_up
    if not count:
        return []
    return [Item(ngettext("in %(num)s other city", "in %(num)s other cities", count))]


def teller(case, _around):
    said = [shown.told_by(case.practice), shown.city_word(case.practice)]
    return [Item(str(one)) for one in said if one]


def confirmed(case, _around):
    moment = case.practice.confirmed_at
    return [Item(shown.format_date(moment, "long"))] if moment else []


def version(case, _around):
    number, moment = case.revision.number, case.revision.published_at
    words = _("%(number)s, %(day)s", number=number, day=shown.format_date(moment, "long"))
    return [Item(words, href=version_path(case))]


def version_path(case):
    """The address that will show this very text, whatever is published later."""
    return f"/practices/{case.practice.public_id}/revisions/{case.revision.number}"


def licence_of(case):
    """The licence in words, or as an imported record called it."""
    told = case.revision.get("licence")
    return str(schema.LICENCES.get(told, told) or case.practice.origin.get("licence") or "")
