"""The network in numbers: cases, members, adoptions, answers, dates – counted over what everybody may read.

Codes and numbers only; names are given by whoever shows them. Cases are counted in one query, remembered
until the index holds something else.
"""

from collections import Counter
from dataclasses import dataclass, field

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from exchange.accounts.models import City
from exchange.core.models import db, now
from exchange.network.models.dates import Event
from exchange.network.models.ledger import STAGES, Transfer, TransferWord
from exchange.network.models.partners import Partner
from exchange.network.models.positions import Position
from exchange.network.models.talk import Answer, Challenge, Question
from exchange.network.service.figures import reads
from exchange.network.service.ledger import listing
from exchange.network.service.talk import questions, reading
from exchange.network.service.talk.reports import shown
from exchange.practices import schema
from exchange.practices import service as practices
from exchange.practices.models import Practice, Revision
from exchange.search import service as search
from exchange.taxonomy import service as taxonomy

REGIONS = ("002", "021", "419", "142", "150", "009")  # of UN M49: continents, the Americas in two
UNKNOWN = ""


@dataclass
class Cases:
    """How many public cases there are, and code → number; UNKNOWN stands for what nobody told."""

    total: int = 0
    cities: int = 0  # that have one, as the next
    countries: int = 0
    topics: Counter = field(default_factory=Counter)  # its own, and the ones above them
    regions: Counter = field(default_factory=Counter)
    began: Counter = field(default_factory=Counter)  # year
    published: Counter = field(default_factory=Counter)
    evidence: Counter = field(default_factory=Counter)


@dataclass(frozen=True)
class Members:
    total: int
    countries: int
    regions: dict  # code → (members, of which with a public case)


@dataclass(frozen=True)
class Adoptions:
    total: int
    confirmed: int  # by the city of origin, as it reads now
    used: int  # piloted or run at some time
    cities: int  # that took something up
    stages: dict  # stage → number


@dataclass(frozen=True)
class Talk:
    open: int
    closed: int
    answers: int
    helped: int
    cities: int  # that answered
    questions: int  # with answers that are public


@dataclass(frozen=True)
class Dates:
    upcoming: int
    past: int
    partners: int
    positions: int


@dataclass(frozen=True)
class Year:
    """What came in one year."""

    year: int
    cases: int
    adoptions: int
    challenges: int
    answers: int
    reads: int
    downloads: int


# Cases


def cases():
    key = (search.state(), search.hidden_ids(), now().date())
    kept = current_app.extensions.get("figures")
    if kept and kept[0] == key and key[0]:
        return kept[1]
    found = counted()
    current_app.extensions["figures"] = (key, found)
    return found


def counted():
    tree, found = taxonomy.topics(), Cases()
    merged = taxonomy.merged(tree=tree)["topic"]
    cities, countries = set(), set()
    for row in db.session.execute(rows()):
        found.total += 1
        cities.add(row.city_id)
        countries.add(row.country)
        found.topics.update(topics_of(row.topics, tree, merged))
        found.regions[region_of(row.country)] += 1
        found.began[year_of(row.start)] += 1
        found.published[row.published_at.year if row.published_at else UNKNOWN] += 1
        found.evidence[row.design if row.design in schema.DESIGNS else UNKNOWN] += 1
    found.cities, found.countries = len(cities - {None}), len(countries - {None})
    return found


def rows():
    """What is counted of every public case, and no word of its text."""
    answers = Revision.answers
    return (
        practices.public()
        .with_only_columns(
            Practice.city_id,
            func.coalesce(City.country, Practice.country).label("country"),
            Practice.published_at,
            answers["topics"].label("topics"),
            answers["start"].label("start"),
            answers["evidence_design"].label("design"),
        )
        .outerjoin(City, City.id == Practice.city_id)
    )


def topics_of(told, tree, merged):
    slugs = {merged.get(slug, slug) for slug in told or () if slug in tree}
    return slugs | {tree[slug].root for slug in slugs}


def region_of(country):
    return next((code for code in taxonomy.regions_of(country) if code in REGIONS), UNKNOWN)


def year_of(start):
    text = str(start or "")[:4]
    return int(text) if len(text) == 4 and text.isdecimal() else UNKNOWN


# The others, each in one or two queries however many there are


def members():
    telling = select(Practice.city_id).where(Practice.visibility == "public")
    cities = db.session.execute(
        select(City.country, City.id.in_(telling), func.count())
        .where(City.is_member)
        .group_by(City.country, City.id.in_(telling))
    ).all()
    regions = {}
    for country, tells, number in cities:
        all_there, with_case = regions.get(region_of(country), (0, 0))
        regions[region_of(country)] = all_there + number, with_case + (number if tells else 0)
    total = sum(number for _country, _tells, number in cities)
    return Members(total, len({country for country, *_rest in cities}), regions)


def adoptions():
    ledger = listing.public().order_by(None)
    rows = db.session.execute(
        ledger.with_only_columns(Transfer.stage, Transfer.was_used, Transfer.city_id, confirmed())
    ).all()
    stages = Counter(row.stage for row in rows)
    return Adoptions(
        total=len(rows),
        confirmed=sum(bool(row.confirmed) for row in rows),
        used=sum(row.was_used for row in rows),
        cities=len({row.city_id for row in rows}),
        stages={stage: stages[stage] for stage in STAGES},
    )


def confirmed():
    """A column: the latest word of the origin is a yes to the record as it reads now."""
    any_word = aliased(TransferWord)
    latest = select(func.max(any_word.id)).where(any_word.transfer_id == Transfer.id)
    said = select(TransferWord.id).where(
        TransferWord.id == latest.correlate(Transfer).scalar_subquery(),
        TransferWord.word == "confirmed",
        TransferWord.fingerprint == Transfer.fingerprint,
    )
    return said.correlate(Transfer).exists().label("confirmed")


def talk():
    all_of_them, closed = db.session.execute(
        reading.listed().with_only_columns(func.count(Challenge.id), func.count(Challenge.closed_at))
    ).one()
    answers, helped, cities = db.session.execute(
        answers_shown().with_only_columns(
            func.count(Answer.id), func.count(Answer.helped_at), func.count(Answer.city_id.distinct())
        )
    ).one()
    public = db.session.scalar(select(func.count(Question.id)).where(*questions.public()))
    return Talk(all_of_them - closed, closed, answers, helped, cities, public)


def answers_shown():
    """`select` of the answers to challenges that everybody reads."""
    return (
        select(Answer)
        .join(Challenge, Challenge.id == Answer.challenge_id)
        .where(Answer.taken_back_at.is_(None), shown("answer", Answer.id), shown("challenge", Challenge.id))
    )


def dates():
    is_ahead = Event.over_at > now()
    upcoming, past = (
        db.session.scalar(select(func.count(Event.id)).where(Event.shown(), when))
        for when in (is_ahead, ~is_ahead)
    )
    partners, positions = (
        db.session.scalar(select(func.count(model.id)).where(model.shown())) for model in (Partner, Position)
    )
    return Dates(upcoming, past, partners, positions)


def years():
    """[Year], the latest first, of those in which something came."""
    published = {year: number for year, number in cases().published.items() if year != UNKNOWN}
    recorded = by_year(listing.public().order_by(None), Transfer.id, Transfer.created_at)
    posed = by_year(reading.listed(), Challenge.id, Challenge.at)
    answered = by_year(answers_shown(), Answer.id, Answer.at)
    read = {year: (opened, taken) for year, opened, taken in reads.by_year()}
    found = set().union(published, recorded, posed, answered, read)
    return [
        Year(
            year,
            published.get(year, 0),
            recorded.get(year, 0),
            posed.get(year, 0),
            answered.get(year, 0),
            *read.get(year, (0, 0)),
        )
        for year in sorted(found, reverse=True)
    ]


def by_year(those, key, moment):
    """Year → how many of a `select` have their moment in it."""
    year = func.extract("year", moment)
    rows = db.session.execute(those.with_only_columns(year, func.count(key)).group_by(year))
    return {int(one): number for one, number in rows}
