"""Records of the ledger as readers get them: of a case, of a city, of everybody, one by one."""

from dataclasses import dataclass, field

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased, lazyload, raiseload, selectinload

from exchange.accounts import service as accounts
from exchange.accounts.models import City
from exchange.core.models import db
from exchange.core.pages import page_count, page_number
from exchange.network.models.ledger import STAGES, Transfer, TransferStage, TransferWord
from exchange.network.service.ledger.reported import KIND
from exchange.network.service.talk.reports import shown
from exchange.practices import service as practices
from exchange.practices.models import READABLE, Practice, Revision
from exchange.taxonomy import service as taxonomy

PER_PAGE = 25


@dataclass(frozen=True)
class Record:
    """A transfer with the case as it can be read now; the case of a merged one is the one that goes on."""

    transfer: Transfer
    practice: Practice
    revision: Revision

    @property
    def title(self):
        return self.revision.title

    @property
    def case_path(self):
        return practices.path_of(self.practice, self.revision.title)

    @property
    def path(self):
        return path_of(self.transfer, self.revision.title)

    @property
    def origin(self):
        return self.practice.city

    @property
    def city(self):
        return self.transfer.city

    @property
    def since(self):
        """Since when it is at its stage, as its city says, or ''."""
        return (self.transfer.stages[-1].since or "") if self.transfer.stages else ""


@dataclass(frozen=True)
class Question:
    """What /transfers may ask by; every empty part asks nothing."""

    stage: str = ""
    origin: str = ""  # slug of a city, as the next
    to: str = ""
    topic: str = ""
    page: int = 1

    @classmethod
    def from_args(cls, args):
        """Read an address's arguments; what makes no sense is left out, nothing raises."""
        told = {
            name: " ".join((args.get(key) or "").split())[:100].lower() for name, key in ARGUMENTS.items()
        }
        stage = told.pop("stage")
        return cls(stage if stage in STAGES else "", **told, page=page_number(args.get("page")))

    @property
    def narrows(self):
        return any(getattr(self, name) for name in ARGUMENTS)

    def args(self, **changes):
        """Argument → value of an address that asks this with some changes; any change leads to page 1."""
        told = {**{name: getattr(self, name) for name in ARGUMENTS}, "page": 1, **changes}
        found = {key: told[name] for name, key in ARGUMENTS.items() if told[name]}
        return {**found, "page": told["page"]} if told["page"] > 1 else found


ARGUMENTS = {"stage": "stage", "origin": "from", "to": "to", "topic": "topic"}


@dataclass(frozen=True)
class Answer:
    question: Question
    records: list = field(default_factory=list)
    total: int = 0

    @property
    def pages(self):
        return page_count(self.total, PER_PAGE)

    @property
    def first(self):
        return (self.question.page - 1) * PER_PAGE + 1

    @property
    def last(self):
        return self.first + len(self.records) - 1


def find_all(question):
    """One page of an Answer, the latest change first; the same number of queries for 1, 3 and 50 rows."""
    found = asked(question)
    total = db.session.scalar(select(func.count()).select_from(found.order_by(None).subquery()))
    page = found.offset((question.page - 1) * PER_PAGE).limit(PER_PAGE)
    return Answer(question, read(page), total)


def every(question):
    """All Records of a question, for exports."""
    return read(asked(question))


def of_practice(practice):
    """The Records of a case that can be read, also of those merged into it; the earliest use first."""
    found = seen().where(Practice.id == practice.id, Practice.visibility.in_(READABLE))
    return sorted(read(found), key=lambda one: (one.transfer.start or "9", one.transfer.id))


def taken_by(city):
    """The Records of what a city takes, or took, from others."""
    return read(public().where(Transfer.city_id == city.id))


def given_by(city):
    """The Records of what others take, or took, from a city."""
    return read(public().where(Practice.city_id == city.id))


def find_record(public_id):
    """The Record of that public id if its case can be read; a hidden one too. None else."""
    found = read(told().where(Transfer.public_id == public_id, Practice.visibility.in_(READABLE)))
    return found[0] if found else None


def adopters_of(practice_ids):
    """The cities that have, or had, one of these practices in use."""
    rows = public().where(Practice.id.in_(practice_ids), Transfer.was_used)
    ids = rows.with_only_columns(Transfer.city_id).order_by(None)
    return db.session.scalars(select(City).where(City.id.in_(ids)).order_by(City.name)).all()


def replication(records):
    """(how often it was taken up, how many of these the origin confirms) among the Records of a case."""
    counting = {one.city.id: one.transfer for one in records if one.transfer.counts}
    return len(counting), sum(one.standing == "confirmed" for one in counting.values())


def path_of(transfer, title):
    """'/transfers/K7Q2MX-wien-a-price-on-the-bridges'."""
    slug = practices.slug_of(f"{transfer.city.name} {title}")
    return f"/transfers/{transfer.public_id}" + (f"-{slug}" if slug else "")


def choices():
    """What can be asked for: the cities that took and that gave, and the topics of their cases."""
    rows = db.session.execute(
        public()
        .with_only_columns(Transfer.city_id, Practice.city_id, Revision.answers["topics"])
        .order_by(None)
    ).all()
    ids = {one for row in rows for one in row[:2] if one}
    cities = {city.id: city for city in db.session.scalars(select(City).where(City.id.in_(ids)))}
    tree = taxonomy.topics()
    slugs = {slug for row in rows for slug in row[2] or () if slug in tree}
    slugs |= {tree[slug].root for slug in slugs}
    return {
        "to": [cities[one] for one in {row[0] for row in rows}],
        "origin": [cities[one] for one in {row[1] for row in rows if row[1]}],
        "topic": [topic for slug, topic in tree.items() if slug in slugs],
    }


# Queries


def told():
    """`select` of (Transfer, Practice, Revision): records with the public text of their case."""
    recorded = aliased(Practice)
    return (
        select(Transfer, Practice, Revision)
        .join(recorded, recorded.id == Transfer.practice_id)
        .join(Practice, Practice.id == func.coalesce(recorded.merged_into_id, recorded.id))
        .join(Revision, and_(Revision.practice_id == Practice.id, Revision.state == "published"))
        .order_by(Transfer.changed_at.desc(), Transfer.id.desc())
    )


def seen():
    return told().where(shown(KIND, Transfer.id))


def public():
    return seen().where(Practice.visibility == "public")


def asked(question):
    found = public()
    if question.stage:
        found = found.where(Transfer.stage == question.stage)
    if question.to:
        found = found.where(Transfer.city_id == city_id(question.to))
    if question.origin:
        found = found.where(Practice.city_id == city_id(question.origin))
    if question.topic:
        found = found.where(Practice.id.in_(of_topic(question.topic)))
    return found


def city_id(slug):
    city = accounts.find_city(slug)
    return city.id if city else -1


def of_topic(slug):
    """Ids of the cases in the ledger that have this topic, or one below it."""
    tree = taxonomy.topics()
    wanted = {one for one, topic in tree.items() if slug in (one, topic.root)}
    rows = db.session.execute(
        public().with_only_columns(Practice.id, Revision.answers["topics"]).order_by(None)
    )
    return [practice_id for practice_id, topics in rows if wanted & set(topics or ())]


def read(found):
    lean = found.options(
        lazyload(Transfer.practice),
        selectinload(Transfer.words).lazyload(TransferWord.by),
        selectinload(Transfer.stages).lazyload(TransferStage.by),
        lazyload(Revision.practice),
        raiseload(Practice.authors),
        raiseload(Practice.endorsements),
    )
    return [Record(*row) for row in db.session.execute(lean)]
