"""Where there are public cases and where not: topic × region × size of the city. Nothing changes here.

Counted in one query over what is public, and remembered until the index holds something else.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from flask import current_app
from sqlalchemy import func, select

from exchange.accounts.models import City
from exchange.core.models import db, now
from exchange.practices import service as practices
from exchange.practices.models import Practice, Revision
from exchange.search import service as search
from exchange.search.indexing import lean
from exchange.taxonomy import service as taxonomy

REGIONS = ("002", "021", "419", "142", "150", "009")  # of UN M49: continents, the Americas in two
SIZES = {"small": (0, 100_000), "middle": (100_000, 1_000_000), "large": (1_000_000, 2**31 - 1)}
OLD = 10  # years since the newest began
NEWEST = 5  # cases of a cell that are named


@dataclass
class Cell:
    """What there is on a topic from cities of one size in one region."""

    count: int = 0
    newest: int | None = None  # the year in which the newest began
    cases: list = field(default_factory=list)  # public ids, those that began last

    @property
    def is_old(self):
        return self.newest is not None and self.newest <= now().year - OLD

    @property
    def is_gap(self):
        return self.count == 0 or self.is_old


NOTHING = Cell()


def cells():
    """(topic, region, size) → Cell of every place in the grid that has a case; size '': nobody told it."""
    key = (search.state(), search.hidden_ids(), now().date())
    kept = current_app.extensions.get("coverage")
    if kept and kept[0] == key and key[0]:
        return kept[1]
    found = counted()
    current_app.extensions["coverage"] = (key, found)
    return found


def counted():
    told, tree = defaultdict(list), taxonomy.topics()
    merged = taxonomy.merged(tree=tree)["topic"]
    for row in db.session.execute(rows()):
        region, size = region_of(row.country), size_of(row.population)
        began = year_of(row.start) or (row.published_at.year if row.published_at else 0)
        for topic in topics_of(row.topics, tree, merged) if region else ():
            told[topic, region, size].append((began, row.public_id))
    return {key: cell_of(cases) for key, cases in told.items()}


def rows():
    """What is counted of every public case, and no word of its text."""
    answers = Revision.answers
    return (
        practices.public()
        .with_only_columns(
            Practice.public_id,
            func.coalesce(City.country, Practice.country).label("country"),
            City.population,
            Practice.published_at,
            answers["topics"].label("topics"),
            answers["start"].label("start"),
        )
        .outerjoin(City, City.id == Practice.city_id)
    )


def topics_of(told, tree, merged):
    """The topics that a case counts for: its own, as they are now, and the ones above them."""
    slugs = {merged.get(slug, slug) for slug in told or () if slug in tree}
    return slugs | {tree[slug].root for slug in slugs}


def cell_of(cases):
    latest = sorted(cases, reverse=True)
    return Cell(len(cases), latest[0][0] or None, [public_id for _year, public_id in latest[:NEWEST]])


def region_of(country):
    """The column of a country, or '' where none is told."""
    return next((code for code in taxonomy.regions_of(country) if code in REGIONS), "")


def size_of(population):
    if not population:
        return ""
    return next(name for name, (least, below) in SIZES.items() if least <= population < below)


def year_of(start):
    text = str(start or "")[:4]
    return int(text) if text.isdecimal() else 0


# The grid


@dataclass
class Row:
    topic: object
    cells: list  # [(region, size, Cell)]
    count: int
    newest: int | None
    gaps: int


SORTS = {  # how rows are put in order
    "cases": lambda row: row.count,
    "newest": lambda row: row.newest or 0,
    "gaps": lambda row: -row.gaps,
}


def board(root="", region="", size="", sort=""):
    """(Rows of the grid, topics in their tree or in the order asked for; its columns, region → sizes)."""
    known = cells()
    columns = columns_of(known, region, size)
    places = [(one, each) for one, sizes in columns.items() for each in sizes]
    topics = [topic for topic in in_tree() if topic.is_offered and root in ("", topic.root)]
    found = [row_of(topic, places, known) for topic in topics]
    return (sorted(found, key=SORTS[sort]) if sort in SORTS else found), columns


def columns_of(known, region, size):
    """Region → sizes; cities of unknown size have a column where there is a case of one."""
    unknown = {one for _topic, one, each in known if each == ""}
    wanted = [one for one in REGIONS if region in ("", one)]
    named = [each for each in SIZES if size in ("", each)]
    return {one: [*named, *([""] if one in unknown and not size else [])] for one in wanted}


def in_tree():
    topics = taxonomy.topics().values()
    roots = [topic for topic in topics if topic.parent is None]
    return [one for root in roots for one in (root, *(t for t in topics if t.parent_id == root.id))]


def row_of(topic, places, known):
    found = [(region, size, known.get((topic.slug, region, size), NOTHING)) for region, size in places]
    newest = max((cell.newest or 0 for _region, _size, cell in found), default=0)
    gaps = sum(cell.is_gap for _region, size, cell in found if size)
    return Row(topic, found, sum(cell.count for _region, _size, cell in found), newest or None, gaps)


def gaps_in(rows):
    """(cells that are empty, cells that are old) of topics below the three at the top."""
    kinds = Counter(
        "empty" if not cell.count else "old"
        for row in rows
        if row.topic.parent
        for _region, size, cell in row.cells
        if size and cell.is_gap
    )
    return kinds["empty"], kinds["old"]


# One cell


def cell(topic, region, size):
    return cells().get((topic, region, size), NOTHING)


def cases_of(found):
    """(practice, revision) of the newest cases of a cell that are public at this moment."""
    rows = db.session.execute(lean(practices.public(found.cases))) if found.cases else ()
    by_id = {practice.public_id: (practice, revision) for practice, revision in rows}
    return [by_id[public_id] for public_id in found.cases if public_id in by_id]


def cities_there(region, size, most=24):
    """Member cities of that size in that region: who could tell a case."""
    least, below = SIZES[size]
    countries = [code for code in taxonomy.countries() if region_of(code) == region]
    there = (City.is_member, City.country.in_(countries), City.population >= least, City.population < below)
    return db.session.scalars(select(City).where(*there).order_by(City.name).limit(most)).all()
