"""One question, one answer, for page and machine alike: engine, stand-in, words from the database."""

import logging
from dataclasses import dataclass, replace
from itertools import chain

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, lazyload, raiseload, selectinload

from exchange.accounts import service as accounts
from exchange.core import models
from exchange.core.models import db
from exchange.practices import service as practices
from exchange.practices import translating
from exchange.practices.models import VISIBILITIES, Endorsement, Practice, Revision
from exchange.practices.translating import Told
from exchange.search import cache, indexing, labels, likeness
from exchange.search.engine import Unusable, get_engine
from exchange.search.engines.database_engine import DatabaseEngine
from exchange.search.indexing import lean
from exchange.search.query import FACETS, Query, Results
from exchange.search.words import snippets, strategies, texts, wording
from exchange.search.words.strategies import Reading
from exchange.taxonomy import service as taxonomy

BATCH = 200
LOOKED_AT = 20_000  # characters of one answer, for a snippet
HIDDEN = select(Practice.public_id).where(
    Practice.visibility.in_([one for one in VISIBILITIES if one != "public"]),  # has an index
    Practice.published_at.is_not(None),
)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FoundCase:
    """A hit with the words that the database has for it now."""

    practice: Practice
    revision: Revision
    topics: list
    snippet_pieces: list
    translated: Told | None = None  # as the reader's language tells it
    snippet_language: str = ""

    @property
    def topic(self):
        return self.topics[0] if self.topics else None

    @property
    def city(self):
        return self.practice.city

    @property
    def country(self):
        return self.city.country if self.city else self.practice.country

    @property
    def path(self):
        return practices.path_of(self.practice, self.revision.title)

    @property
    def told(self):
        """What a reader is shown: the revision, or as her language tells it."""
        return self.translated or self.revision

    @property
    def title(self):
        return self.told.title

    @property
    def language(self):
        """In which its title is shown."""
        return translating.lang_of(self.title, self.revision)

    @property
    def snippet(self):
        """Safe HTML, the found words in <mark>."""
        return snippets.marked(self.snippet_pieces)

    @property
    def plain_snippet(self):
        return snippets.plain(self.snippet_pieces)


@dataclass(frozen=True)
class Answer:
    """What a page shows: `facets` is facet → [FacetValue] with labels, in reading order."""

    query: Query
    reading: Reading
    results: Results
    hits: list  # of FoundCase
    facets: dict
    total: int
    topics: dict  # slug → Topic

    @property
    def pages(self):
        return self.results.pages(self.query.per_page)

    @property
    def degraded(self):
        return self.results.degraded

    @property
    def out_of_time(self):
        return self.results.out_of_time

    @property
    def read_as(self):
        """The question as it was read, in the reader's words."""
        return wording.in_words(self.reading.tree, self.query.language, self.topics)

    @property
    def ignored(self):
        """What was left out of it, cut to what one wants to read."""
        return wording.left_out(self.reading.ignored)

    @property
    def first(self):
        return self.query.offset + 1

    @property
    def last(self):
        return self.query.offset + len(self.hits)


def find(query):
    """The Answer to a Query: only what is public now, whatever the index holds. Never fails for its sake.

    Raises OutOfTime when the question takes too long.
    """
    reading = read(query)
    results = ask(query, reading)
    topics = taxonomy.topics()
    hits = shown(results.hits, query, reading.tree, topics)
    return Answer(
        query=query,
        reading=reading,
        results=results,
        hits=hits,
        facets={name: labels.labelled(name, results.facets.get(name, {}), query, topics) for name in FACETS},
        total=results.total - (len(results.hits) - len(hits)),
        topics=topics,
    )


def stamp(answer):
    """A text that differs whenever the answer reads otherwise: what was found, and the words for it now."""
    results = replace(answer.results, hits=[], facets={}, took_ms=0)
    hits = [told(case) for case in answer.hits]
    return repr((state(), answer.query, answer.reading, results, answer.total, answer.facets, hits))


def told(case):
    """What a list tells of a case. The text of a published revision never changes."""
    city, topics = case.city, [(topic.slug, topic.names) for topic in case.topics]
    where = (city.slug, city.name, city.names, city.country, city.lat, city.lon) if city else case.country
    translated = case.translated.translation.content_hash if case.translated else ""
    words = case.snippet_pieces, case.snippet_language, translated
    said = case.practice.told_by, case.practice.silent_since, case.practice.times_taken_up
    badges = [(label.kind, label.name, label.year) for label in case.practice.labels]
    return case.path, case.revision.id, *said, where, topics, badges, words


def state():
    try:
        return get_engine(current_app).state()
    except Unusable:
        return ""


def unanswered(query):
    """The Answer to a Query that takes too long: nothing found, nothing counted, all that was chosen kept."""
    topics = taxonomy.topics()
    chosen = {name: dict.fromkeys(query.filters.get(name, ()), 0) for name in FACETS}
    facets = {name: labels.labelled(name, values, query, topics) for name, values in chosen.items()}
    return Answer(
        query=query,
        reading=read(query),
        results=Results(0, [], {}, engine="", out_of_time=True),
        hits=[],
        facets={name: [replace(one, count=None) for one in values] for name, values in facets.items()},
        total=0,
        topics=topics,
    )


def everything(query, **beside):
    """Every FoundCase of a question, in its order, page after page without end: for exports.

    `beside`: see `cases`.
    """
    return cases(ask(replace(query, page=1, per_page=None)).hits, query, **beside)


def cases(hits, query, for_readers=False, with_words=False):
    """The hits that are public when their turn comes, as FoundCases with labels.

    `for_readers`: as the reader's language tells them, with snippets; `with_words`: with the city's words.
    What nobody asks for is not read.
    BATCH of them at a time, each batch in a session that is closed again before the first is handed out:
    a slow reader holds up nobody, and nothing that the request holds is touched.
    """
    tree, topics = read(query).tree if for_readers else None, taxonomy.topics()
    language, public = query.language if for_readers else None, whole if with_words else lean
    batches = (hits[start : start + BATCH] for start in range(0, len(hits), BATCH))
    read_batches = ((batch, *read_batch(batch, public, language)) for batch in batches)
    return (
        case
        for batch, rows, translations in read_batches
        for case in found_cases(batch, rows, query, tree, topics, translations)
    )


def read_batch(hits, public, language):
    """(practice, public revision) of those that are public still, and the translations of them."""
    ids = [hit.public_id for hit in hits]
    with models.reading(), Session(db.engine) as session:
        rows = session.execute(public(practices.public(ids), joinedload)).unique().all()
        told = [practice.id for practice, _ in rows] if language else []
        return rows, translations_for(told, language, session)


def whole(public, badges):
    """The select of public cases with all that the world may take away; see `lean`."""
    words = badges(Practice.endorsements).raiseload(Endorsement.by)
    return public.options(
        lazyload(Revision.practice), raiseload(Practice.authors), badges(Practice.labels), words
    )


def related(practice, language, most=4):
    """FoundCases of the public cases most like this one; [] while the engine is away."""
    try:
        hits = get_engine(current_app).related(practice.public_id, hidden_ids(), most)
    except Unusable:
        return []
    return shown(hits, Query(language=language), None, taxonomy.topics())


def alike(revision, language, hidden=(), most=4):
    """FoundCases of the public cases most like a text that is being written; [] while the engine is away.

    Cases whose public id is in `hidden` are left out.
    """
    told = [revision.title, texts.flat(revision.summary or "")]
    try:
        hidden = hidden_ids() | frozenset(hidden)
        hits = get_engine(current_app).alike(told, revision.get("topics", []), hidden, most)
    except Unusable:
        return []
    return shown(hits, Query(language=language), None, taxonomy.topics())


def listed(rows, language):
    """FoundCases of (practice, public revision) that were read otherwise, in their order."""
    topics = taxonomy.topics()
    translations = translations_for([practice.id for practice, _ in rows], language)
    told = [as_told(revision, translations.get(practice.id)) for practice, revision in rows]
    return [FoundCase(*row, topics_of(row[1], topics), [], one) for row, one in zip(rows, told, strict=True)]


def points(query):
    """[(public id, latitude, longitude)] of every case of a question that has a place, in its order."""
    hits = ask(replace(query, page=1, per_page=None)).hits
    return [(hit.public_id, hit.lat, hit.lon) for hit in hits if hit.lat is not None]


def read(query):
    """What the words of a question were read as."""
    try:
        return strategies.read(query.q, get_engine(current_app).place_of)
    except Unusable:
        return strategies.read(query.q)


def ask(query, reading=None):
    """The Results of the engine, or of the database while the engine cannot answer."""
    tree = (reading or read(query)).tree
    query, hidden = with_alike(followed(query)), hidden_ids()
    try:
        return cache.search(current_app, query, tree, hidden)
    except Unusable as error:
        log.warning("searching the database: %s", error)
        return DatabaseEngine().search(query, tree, hidden)


def followed(query):
    """The same question, topics and tags that were merged replaced by what they are now."""
    filters = {name: taxonomy.current(name, values) for name, values in query.filters.items()}
    return query if filters == query.filters else replace(query, filters=filters)


def with_alike(query):
    """The same question with the cities that its `like` means; a city that there is not is left out of it."""
    if not query.like or query.alike is not None:
        return query
    city = accounts.find_city(query.like)
    return replace(query, alike=likeness.alike(db.session, city)) if city else replace(query, like="")


def hidden_ids():
    """Cases that were public once and are not now: the index may not have heard of it yet."""
    return frozenset(db.session.scalars(HIDDEN))


def shown(hits, query, tree, topics):
    """The hits that are public at this moment, as FoundCases in their order; the same two queries for all."""
    ids = [hit.public_id for hit in hits]
    rows = db.session.execute(lean(practices.public(ids), selectinload)).all() if ids else ()
    translations = translations_for([practice.id for practice, _ in rows], query.language)
    return found_cases(hits, rows, query, tree, topics, translations)


def found_cases(hits, rows, query, tree, topics, translations):
    """The hits among these (practice, public revision), in their order."""
    found = {practice.public_id: (practice, revision) for practice, revision in rows}
    return [
        found_case(hit, *found[hit.public_id], query, tree, topics, translations)
        for hit in hits
        if hit.public_id in found
    ]


def translations_for(ids, language, session=None):
    """Practice id → the public Translation into the reader's language."""
    return {one.practice_id: one for one in translating.public_of(ids, language, session)}


def found_case(hit, practice, revision, query, tree, topics, translations):
    known = topics_of(revision, topics)
    written = indexing.language_of(revision.language)
    pieces = snippets.snippet(readable(hit, revision), snippets.marker_of(tree, written, query.off))
    told = as_told(revision, translations.get(practice.id))
    if told is None:
        return FoundCase(practice, revision, known, pieces)
    language = told.translation.language
    other = told_snippet(told, snippets.marker_of(tree, language, query.off))
    if other and (holds_found(other) or not holds_found(pieces)):
        return FoundCase(practice, revision, known, other, told, language)
    return FoundCase(practice, revision, known, pieces, told, revision.language)


def topics_of(revision, topics):
    return [topics[slug] for slug in revision.get("topics", []) if slug in topics]


def as_told(revision, translation):
    """The Told of a translation, or None where there is none, or none is needed."""
    if translation is None or translating.is_written_in(revision, translation.language):
        return None
    return Told(revision, translation)


def told_snippet(told, marker):
    """The lines of a translated summary; None where nobody translated it."""
    return snippets.snippet([texts.flat(told.summary)], marker) if "summary" in told.shown else None


def holds_found(pieces):
    return any(found for _text, found in pieces)


def readable(hit, revision):
    """The texts a snippet may come from, the summary first: the index's, if it has this revision."""
    if hit.texts and hit.number == revision.number:
        return filter(None, hit.texts)
    return filter(None, chain([texts.flat(revision.summary or "")], texts.parts(revision, LOOKED_AT)))
