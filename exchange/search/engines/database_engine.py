"""The stand-in: plain database search, for as long as the index is missing, broken or being built.

It finds parts of words as typed, knows no stems and no rank but 'in the title first'. Filters and
counts hold as ever.
"""

import time

import numpy as np
from sqlalchemy import and_, exists, false, func, not_, or_, true

from exchange.accounts.models import City
from exchange.core.models import db
from exchange.practices import schema, translating
from exchange.practices import service as practices
from exchange.practices.models import Practice, Revision, Translation
from exchange.search.engine import Engine
from exchange.search.engines import geography
from exchange.search.engines.facets import of_rows
from exchange.search.indexing import evidence_of, facets_of
from exchange.search.query import Hit, Results
from exchange.search.words import parser
from exchange.taxonomy import service as taxonomy

PUNCTUATION = ".,;:!?()[]{}'’*/"
TOLD = ("topics", "stage", "start", "sdgs", "tags", "location", "evidence_design")
MOST_WORDS = 12  # each of them is looked for in a dozen texts of every case
ASKED = (*schema.FIELDS.values(), schema.STORY)
SEARCHED = [field.name for field in ASKED if field.kind == "text" and field.public]


class DatabaseEngine(Engine):
    name = "database"

    def search(self, query, tree, hidden=frozenset()):
        begun = time.perf_counter()
        rows = [row for row in self.matching(tree) if row.public_id not in hidden]
        facets = of_rows([row.facets for row in rows])
        everything = in_place(rows, facets, query)
        narrowed = facets.narrow(everything, query.filters)
        found = sorted((rows[n] for n in np.flatnonzero(narrowed).tolist()), key=order_of(query))
        page = found[query.offset :][: query.per_page]
        return Results(
            total=len(found),
            hits=[Hit(row.public_id, row.number, 0.0, row.lat, row.lon) for row in page],
            facets=facets.counts(everything, query.filters),
            engine=self.name,
            took_ms=round((time.perf_counter() - begun) * 1000, 2),
            degraded=True,
            without={} if found else facets.without(everything, everything, query.filters, False),
        )

    def matching(self, tree):
        """Every public case in which the typed words stand, as a Row."""
        words = [part.text.casefold() for part in parser.sought(tree)]
        topics = taxonomy.topics()
        merged = taxonomy.merged(tree=topics)
        rows = db.session.execute(columns().where(condition(tree)))
        return [Row(found, topics, merged, words) for found in rows]

    def known(self, public_ids=None):
        return {}

    def upsert(self, documents, removed=(), names=None):
        """Nothing to do: the table is the index."""

    def replace(self, documents, names=()):
        return sum(1 for _ in documents)


def columns():
    """What a Row is made of, without the long texts."""
    answers = Revision.answers
    return (
        practices.public()
        .with_only_columns(
            Practice.public_id,
            func.coalesce(City.country, Practice.country).label("country"),
            City.slug.label("city"),
            Practice.published_at,
            Practice.times_taken_up,
            Revision.number,
            Revision.language,
            Revision.title,
            City.lat,
            City.lon,
            *(answers[name].label(name) for name in TOLD),
        )
        .outerjoin(City, City.id == Practice.city_id)
        .order_by(Practice.published_at.desc(), Practice.public_id)
    )


class Row:
    """One case that the words fit: its facets, and what it is sorted by."""

    def __init__(self, found, topics, merged, words):
        self.public_id, self.number, self.title = found.public_id, found.number, found.title.casefold()
        self.published = found.published_at.timestamp() if found.published_at else 0.0
        where = found.country, found.city
        self.adoptions = found.times_taken_up
        self.facets = facets_of(found._asdict(), found.language, *where, topics, merged, found.times_taken_up)
        self.lat, self.lon = practices.own_place(found._asdict()) or (found.lat, found.lon)
        self.evidence = evidence_of(found._asdict())
        self.in_title = sum(word in self.title for word in words)


def in_place(rows, facets, query):
    """A mask of the rows that lie where the question looks."""
    mask = np.ones(len(rows), bool)
    if query.within or query.near:
        mask = geography.narrow(mask, *places_of(rows), query)
    if query.like:
        mask = facets.narrow(mask, {"city": list(query.alike or ())})
    return mask


def places_of(rows):
    """Latitudes and longitudes, nan where there is none."""
    return np.array([(row.lat, row.lon) for row in rows], float).reshape(-1, 2).T


def distance(row, query):
    return geography.kilometres(*places_of([row]), query.near[:2])[0] if row.lat is not None else np.inf


def order_of(query):
    """The sort key of a Row; rows come newest first."""
    return {
        "newest": lambda row: 0,
        "relevance": lambda row: -row.in_title,
        "title": lambda row: row.title,
        "year": lambda row: -int(row.facets.get("year", ["0"])[0]),
        "evidence": lambda row: -row.evidence,
        "adoptions": lambda row: -row.adoptions,
        "nearest": lambda row: distance(row, query),
        "likeness": lambda row: -(query.alike or {}).get(row.facets.get("city", [""])[0], 0),
    }.get(query.order, lambda row: 0)


def condition(tree):
    """The tree of a question as SQL."""
    match tree:
        case None:
            return true()
        case parser.And():
            return and_(true(), *(condition(part) for part in tree.parts[:MOST_WORDS]))
        case parser.Or():
            return or_(false(), *(condition(part) for part in tree.parts[:MOST_WORDS]))
        case parser.Not():
            return not_(condition(tree.part))
        case parser.Having():
            return has(tree)
        case parser.Field():
            return Revision.title.icontains(tree.part.text.strip(PUNCTUATION), autoescape=True)
        case _:
            return stands_in(tree.text.strip(PUNCTUATION))


def stands_in(text):
    """Any public text holds these letters, whatever their case; nothing typed is a wildcard."""
    answers = [func.coalesce(Revision.answers[name].as_string(), "") for name in SEARCHED]
    texts = (Revision.title, Revision.summary, *answers)
    return or_(*(one.icontains(text, autoescape=True) for one in texts), stands_in_translation(text))


def stands_in_translation(text):
    """The title or summary of a public translation holds these letters."""
    told = [Translation.texts[(key, "text")].as_string() for key in translating.FIRST]
    return exists().where(
        Translation.practice_id == Practice.id,
        Translation.state == "published",
        or_(*(one.icontains(text, autoescape=True) for one in told)),
    )


def has(node):
    """A value of a facet, as far as the table says it in so many words."""
    if node.facet == "year":
        year = func.substr(Revision.answers["start"].as_string(), 1, 4)
        return and_(year >= f"{node.values[0]:04}", year <= f"{node.values[1]:04}")
    values = [value.lower() for value in node.values]
    match node.facet:
        case "city":
            return or_(City.slug.in_(values), func.lower(City.name).in_(values))
        case "country":
            return func.lower(func.coalesce(City.country, Practice.country)).in_(values)
        case "language":
            return or_(*(Revision.language.istartswith(value, autoescape=True) for value in values))
        case "stage":
            return Revision.answers["stage"].as_string().in_(values)
    return or_(*(stands_in(value) for value in values))
