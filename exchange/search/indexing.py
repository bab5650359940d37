"""What the engine knows, kept equal to the table: practice → document, news, rebuilding, mending.

The database says what is true. News only says where to look: whoever is public now is put in,
everyone else is taken out, so repeats and disorder do no harm. Nothing here runs in a web request.
"""

import gc
import logging
from contextlib import contextmanager
from dataclasses import dataclass, replace

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session, lazyload, raiseload

from exchange.core import journal
from exchange.core.models import db, reading
from exchange.practices import schema, translating
from exchange.practices import service as practices
from exchange.practices.models import Practice, Revision
from exchange.search import vocabulary
from exchange.search.engine import Unusable, get_engine
from exchange.search.query import ADOPTIONS, TRANSLATED, Document, Query
from exchange.search.words import texts
from exchange.taxonomy import service as taxonomy
from exchange.taxonomy.models import Topic

BATCH = 200
DESIGNS = list(schema.DESIGNS)
SUBJECT = "practice:"
NAMED = ("topic", "sdg", "country", "region", "city", "tag")  # facets whose values have names

log = logging.getLogger(__name__)


# News


def refresh(payload):
    """Handler for news of a practice: afterwards the engine holds what the table says of it."""
    subject = payload["subject"]
    if subject.startswith(SUBJECT):
        refresh_many([subject.removeprefix(SUBJECT)])


def refresh_waiting(acts, limit=BATCH):
    """Do at once, in one commit, what news that still waits will ask for; its own turn then finds it done."""
    with reading(), Session(db.engine) as session:
        waiting = session.scalars(
            select(journal.News)
            .where(journal.News.done_at.is_(None), journal.News.dead_at.is_(None), journal.News.act.in_(acts))
            .order_by(journal.News.id)
            .limit(limit)
        )
        subjects = {news.payload.get("subject", "") for news in waiting}
    return refresh_many([one.removeprefix(SUBJECT) for one in subjects if one.startswith(SUBJECT)])


def refresh_many(public_ids):
    """Put in, renew or take out these practices in one commit; returns how many were touched.

    While the index is unusable nothing is done: `repair` builds it from the table, whatever the news was.
    The table is read as it was last committed, and let go before the index is written.
    """
    engine = get_engine(current_app)
    try:
        known = engine.known(public_ids)
        documents = {one.public_id: one for one in committed_documents(public_ids)}
        changed = [one for key, one in documents.items() if known.get(key) != (one.number, one.stamp)]
        gone = [key for key in public_ids if key in known and key not in documents]
        if changed or gone:
            engine.upsert(changed, gone, new_names(engine, changed))
            engine.check()
        return len(changed) + len(gone)
    except Unusable as error:
        log.warning("not indexed now: %s", error)
        return 0


def new_names(engine, documents):
    """All names, when one of the documents has a value that the engine has no name for; else None."""
    values = ((facet, value) for one in documents for facet in NAMED for value in one.facets.get(facet, ()))
    if all(value in engine.labels(facet) for facet, value in values):
        return None
    names = committed_names()
    return names if names != engine.names() else None


def committed_names():
    with reading(), Session(db.engine) as session:
        return vocabulary.names(session)


def renew_names(payload=None):
    """Handler for news of the vocabulary: afterwards the engine knows every name as the table has it,
    and cases with a word that was merged are found by what it was merged into."""
    engine = get_engine(current_app)
    try:
        names = committed_names()
        if names != engine.names():
            engine.upsert((), (), names)
        if payload and payload.get("merged_into"):
            refresh_having(engine, payload["facet"], payload["value"])
    except Unusable as error:
        log.warning("names not renewed now: %s", error)


def refresh_having(engine, facet, value):
    """Look again at every case that the engine has under a value, some at a time."""
    found = engine.search(Query(filters={facet: [value]}, per_page=None), None).hits
    ids = [hit.public_id for hit in found]
    for start in range(0, len(ids), BATCH):
        refresh_many(ids[start : start + BATCH])


def inspect():
    """By the clock: afterwards every byte of the index was read again, and it equals the table."""
    try:
        get_engine(current_app).inspect()
    except Unusable as error:
        log.warning("looking at the whole index: %s", error)
    repair()


def tend():
    """Do some of what keeps the index quick, when nothing else waits; returns whether there was some."""
    try:
        return get_engine(current_app).tend()
    except Unusable:
        return False


def committed_documents(public_ids):
    with reading(), Session(db.engine) as session:
        return documents_of(session, public_ids)


# The whole


def rebuild(progress=None):
    """Build the index anew from the table and put it in the old one's place; returns how many cases it holds.

    `progress(done, total)` is called as it goes. Writers of the database are not held up.
    """
    with reading(), Session(db.engine) as session, no_collector():
        documents = everything(session, progress or (lambda done, total: None))
        return get_engine(current_app).replace(documents, vocabulary.names(session))


@contextmanager
def no_collector():
    """A fifth of the time is saved when Python does not look for lost cycles among millions of words."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def everything(session, progress):
    # Reads nothing before the engine asks: by then the engine holds its lock, so that what is published
    # from now on is either in this reading or in news that waits for the lock.
    total = count_public(session)
    public_ids = practices.public().with_only_columns(Practice.public_id).order_by(Practice.id)
    ids = session.scalars(public_ids).all()
    for start in range(0, len(ids), BATCH):
        yield from documents_of(session, ids[start : start + BATCH])
        session.expunge_all()
        progress(min(start + BATCH, total), total)


@dataclass(frozen=True)
class Difference:
    public_id: str
    table: int | None  # number of the public revision, None where there is none
    index: int | None

    def __str__(self):
        if self.index is None:
            return f"{self.public_id}: revision {self.table} is public, the index does not know the case."
        if self.table is None:
            return f"{self.public_id}: is not public, but the index holds revision {self.index}."
        return f"{self.public_id}: revision {self.table} is public, the index holds revision {self.index}."


def verify():
    """Where (public id, revision number) differ between table and index, as a list of Differences."""
    try:
        held = {key: number for key, (number, _) in get_engine(current_app).known().items()}
    except Unusable:
        held = {}
    with reading(), Session(db.engine) as session:
        table = dict(
            session.execute(practices.public().with_only_columns(Practice.public_id, Revision.number)).all()
        )
    wrong = {key for key, _ in table.items() ^ held.items()}
    return [Difference(key, table.get(key), held.get(key)) for key in sorted(wrong)]


def is_readable():
    """Whether there is an index that can be opened, complete or not."""
    try:
        get_engine(current_app).check()
    except Unusable:
        return False
    return True


def about():
    """What the engine says of itself (engine.About), or None while it is unusable."""
    try:
        return get_engine(current_app).about()
    except Unusable:
        return None


def is_whole():
    """Whether the index can be read and holds as many cases as are public; cheap."""
    try:
        held = get_engine(current_app).count()
    except Unusable:
        return False
    with reading(), Session(db.engine) as session:
        return held == count_public(session)


def repair(progress=None):
    """Make a missing, broken or differing index equal to the table; returns how many cases it touched."""
    try:
        get_engine(current_app).check()
    except Unusable as error:
        first = not current_app.config["SETTINGS"].index.exists()
        log.log(logging.INFO if first else logging.WARNING, "building the index: %s", error)
        return rebuild(progress)
    renew_names()
    differences = verify()
    if len(differences) > BATCH:
        return rebuild(progress)
    return refresh_many([one.public_id for one in differences])


def count_public(session):
    return session.scalar(select(func.count()).select_from(practices.public().subquery()))


# Practice → document


def also(app, source):
    """From now on cases are found too by what stands beside their text: source(session, practice ids) →
    {practice id: [plain texts]}, of which everything is public. Rooms above know what this one does not."""
    app.extensions.setdefault("beside the texts", []).append(source)


def beside(session, ids):
    """Practice id → all such texts."""
    found = {}
    for source in current_app.extensions.get("beside the texts", ()):
        for practice_id, told in source(session, ids).items():
            found.setdefault(practice_id, []).extend(told)
    return found


def documents_of(session, public_ids):
    """The Documents of those of these practices that are public."""
    topics = {topic.slug: topic for topic in session.scalars(select(Topic))}
    merged = taxonomy.merged(session, topics)
    rows = session.execute(lean(practices.public(public_ids))).all()
    ids = [practice.id for practice, _ in rows]
    translations, others = translations_of(ids, session), beside(session, ids)
    return [
        document(
            practice,
            revision,
            topics,
            merged,
            translations.get(practice.id, ()),
            others.get(practice.id, ()),
        )
        for practice, revision in rows
    ]


def translations_of(ids, session):
    """Practice id → its public Translations."""
    found = {}
    for one in translating.public_of(ids, session=session):
        found.setdefault(one.practice_id, []).append(one)
    return found


def lean(public, badges=raiseload):
    """The select of public cases without what lists and the index do not need; the city comes along.

    `badges`: how the labels of the cases are loaded, if they are wanted.
    """
    return public.options(
        lazyload(Revision.practice),
        raiseload(Practice.authors),
        badges(Practice.labels),
        raiseload(Practice.endorsements),
    )


def document(practice, revision, topics, merged, translations=(), others=()):
    """The Document of a public case; `others` are texts beside it, which count as little as its body."""
    city = practice.city
    country = city.country if city else practice.country
    slug = city.slug if city else None
    times = practice.times_taken_up
    facets = facets_of(revision.answers, revision.language, country, slug, topics, merged, times)
    if translations:
        facets[TRANSLATED] = [one.language for one in translations]
    place = practices.place_of(practice, revision.answers)
    one = Document(
        public_id=practice.public_id,
        number=revision.number,
        language=language_of(revision.language),
        title=revision.title,
        summary=texts.flat(revision.summary),
        body="\n".join([texts.body(revision), *filter(None, map(texts.flat, others))]),
        facets=facets,
        published=practice.published_at.timestamp() if practice.published_at else 0.0,
        evidence=evidence_of(revision.answers),
        adoptions=times,
        silent=practice.silent_since is not None,
        lat=place[0] if place else None,
        lon=place[1] if place else None,
        translations=tuple((one.language, texts.translated(revision, one)) for one in translations),
    )
    return replace(one, stamp=practices.fingerprint(list(vars(one).values()))[:16])


def facets_of(answers, language, country, city, topics, merged, times_taken_up=0):
    """Facet → values by which a case is narrowed down to; sub-topics count for their root too.

    What was merged counts as what it was merged into; the case itself keeps what it said.
    """
    slugs = [merged["topic"].get(slug, slug) for slug in answers.get("topics") or () if slug in topics]
    tags = [taxonomy.tag_slug(tag) for tag in tags_of(answers)]
    found = {
        "topic": unique([*slugs, *(topics[slug].root for slug in slugs)]),
        "stage": [answers.get("stage")],
        "region": taxonomy.regions_of(country),
        "country": [country],
        "city": [city],
        "sdg": unique(str(row.get("goal") or "") for row in answers.get("sdgs") or ()),
        "year": [str(answers.get("start") or "")[:4]],
        "adoptions": [str(least) for least in ADOPTIONS if times_taken_up >= least],
        "language": [language_of(language)],
        "tag": unique(merged["tag"].get(tag, tag) for tag in tags),
    }
    return {name: kept for name, values in found.items() if (kept := [value for value in values if value])}


def evidence_of(answers):
    """How strong its design is: 1 for a description … 5 for a trial, 0 where none is said."""
    return DESIGNS.index(design) + 1 if (design := answers.get("evidence_design")) in DESIGNS else 0


def language_of(code):
    """'pt-BR' → 'pt'."""
    return code.split("-")[0].lower()


def tags_of(answers):
    return [str(tag) for tag in answers.get("tags") or ()]


def unique(values):
    return list(dict.fromkeys(values))
