"""An installation that holds a corpus, filled quickly with rows as publishing would leave them."""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, islice

from sqlalchemy import insert

from exchange import config, create_app
from exchange.accounts import service as accounts
from exchange.accounts.models import City, User
from exchange.core import schema
from exchange.core.models import db, now
from exchange.practices.models import Practice, Revision
from exchange.practices.service import content_hash
from exchange.taxonomy import service as taxonomy
from exchange.taxonomy.seed import seed_topics
from tests.bench.corpus import Corpus, public_id

MODERATOR = "bench@exchange.example"
BATCH = 500
TAKEN_DOWN = 200  # every so many cases one was public and is not: it must not be found
FIRST_DAY = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Told:
    """What differs between one case and the next, as the tables want it."""

    public_id: str
    language: str
    title: str
    summary: str
    answers: dict
    country: str | None
    city_id: int | None = None
    published: datetime = FIRST_DAY
    visibility: str = "public"


@contextmanager
def installation(folder):
    """A migrated, empty Exchange with its vocabulary, inside its app context."""
    app = create_app(config.load({"EXCHANGE_INSTANCE": str(folder)}))
    with app.app_context():
        schema.migrate()
        seed_topics()
        db.session.commit()
        yield app
        db.session.remove()
        db.engine.dispose()


def corpus():
    """The corpus on the topics of this installation."""
    return Corpus({slug: topic.root for slug, topic in taxonomy.topics().items()})


def moderator():
    """Somebody who may approve, committed."""
    user = User(email=MODERATOR, name="Bench", verified_at=now())
    db.session.add(user)
    db.session.flush()
    accounts.grant(user, "moderator")
    db.session.commit()
    return user


def fill(made, size):
    """Put the first `size` cases of a corpus into the tables, a batch at a time."""
    cities = [dict(slug=slug, name=name, country=country) for slug, name, country in made.cities]
    db.session.execute(insert(City), cities)
    put(told(case) for case in made.cases(size))


def told(case):
    return Told(
        public_id=case.public_id,
        language=case.language,
        title=case.title,
        summary=case.summary,
        answers={
            **case.sections,
            "topics": list(case.topics),
            "stage": case.stage,
            "start": str(case.year),
            "tags": list(case.tags),
            "sdgs": [{"goal": goal, "target": "", "why": ""} for goal in case.goals],
        },
        country=case.country,
        city_id=case.city + 1,
        published=FIRST_DAY + timedelta(minutes=case.number),
        visibility=visibility(case),
    )


def visibility(case):
    return "archived" if case.number % TAKEN_DOWN == TAKEN_DOWN - 1 else "public"


def public(cases):
    """Those that can be found."""
    return (case for case in cases if visibility(case) == "public")


def put(stream):
    """Insert cases as published; commits every batch. Returns how many they were."""
    numbers, total = count(1), 0
    for batch in in_batches(stream):
        rows = [(next(numbers), one) for one in batch]
        db.session.execute(insert(Practice), [practice_row(number, one) for number, one in rows])
        db.session.execute(insert(Revision), [revision_row(number, one) for number, one in rows])
        taxonomy.let_in_tags(tag for one in batch for tag in one.answers.get("tags", ()))
        db.session.commit()
        total += len(rows)
    return total


def in_batches(stream):
    stream = iter(stream)
    while batch := list(islice(stream, BATCH)):
        yield batch


def practice_row(number, one):
    return dict(
        id=number,
        public_id=one.public_id,
        visibility=one.visibility,
        told_by="partner",
        city_id=one.city_id,
        country=one.country,
        origin_source="bench",
        origin_id=one.public_id,
        origin={"url": "https://bench.example/", "licence": "CC0"},
        published_at=one.published,
    )


def revision_row(number, one):
    text = dict(language=one.language, title=one.title, summary=one.summary, answers=one.answers)
    mark = content_hash(Revision(**text))
    return dict(
        **text,
        practice_id=number,
        state="published",
        number=1,
        content_hash=mark,
        approved_hash=mark,
        published_at=one.published,
    )


def record(made, number):
    """A case of the corpus as `exchange import` takes it in."""
    case = made.case(number)
    return {
        "source": "bench",
        "source_id": public_id(number),
        "title": case.title,
        "summary": case.summary,
        "body": case.body,
        "country_code": case.country,
        "language": case.language,
        "year": case.year,
        "tags": list(case.tags),
        "topics": list(case.topics),
        "themes": [f"SDG {goal}." for goal in case.goals],
        "url": "https://bench.example/",
        "licence": "CC0",
    }
