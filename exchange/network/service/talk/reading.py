"""What visitors read of the talk: lists and conversations, without what is hidden or taken back."""

from dataclasses import dataclass, field

from sqlalchemy import String, cast, func, or_, select

from exchange.accounts.models import City
from exchange.core.forms import tidy
from exchange.core.models import db
from exchange.core.pages import page_number
from exchange.network.models.talk import Answer, Challenge, TalkComment
from exchange.network.service.talk.reports import hidings, shown
from exchange.practices import service as practices
from exchange.practices.models import Practice, Revision
from exchange.taxonomy import service as taxonomy

PAGE = 20
STATES = ("open", "closed")


@dataclass(frozen=True)
class Wish:
    """Which challenges are asked for; what is empty asks for nothing."""

    state: str = ""  # open, closed
    topic: str = ""
    city: str = ""  # slug
    q: str = ""
    page: int = 1

    @classmethod
    def from_args(cls, args):
        """Read an address's arguments; what makes no sense is left out, nothing raises."""
        return cls(
            state=args["state"] if args.get("state") in STATES else "",
            topic=args["topic"] if args.get("topic") in taxonomy.topics() else "",
            city=(tidy(args.get("city")) or "")[:100],
            q=(tidy(args.get("q")) or "")[:200],
            page=page_number(args.get("page")),
        )

    @property
    def is_narrowed(self):
        return bool(self.state or self.topic or self.city or self.q)


@dataclass(frozen=True)
class Brought:
    """A practice with which somebody answered, as it can be read now."""

    public_id: str
    title: str
    language: str
    city: object

    @property
    def path(self):
        return practices.path_to(self.public_id, self.title)


@dataclass
class Conversation:
    """The answers to a challenge, and comments by the answer beneath which they stand (None: it itself)."""

    answers: list
    comments: dict = field(default_factory=dict)
    brought: dict = field(default_factory=dict)  # practice id → Brought
    hidden: dict = field(
        default_factory=dict
    )  # (kind, number) → Hiding of what this reader sees all the same
    unseen: int = 0  # how much of it moderators have hidden

    @property
    def helped(self):
        return [one for one in self.answers if one.helped_at]


def listed():
    """The one rule of which challenges may be listed, counted, fed."""
    return select(Challenge).where(shown("challenge", Challenge.id))


def challenges(wish, per_page=PAGE):
    """(challenges of a page, how many there are): open ones first, the newest first."""
    found = narrowed(listed(), wish)
    total = db.session.scalar(found.with_only_columns(func.count(Challenge.id)))
    order = (Challenge.closed_at.is_not(None), Challenge.at.desc(), Challenge.id.desc())
    page = found.order_by(*order).limit(per_page).offset((wish.page - 1) * per_page)
    return db.session.scalars(page).all(), total


def narrowed(found, wish):
    if wish.state:
        found = found.where((Challenge.closed_at.is_(None)) == (wish.state == "open"))
    if wish.topic:
        found = found.where(or_(*map(has_topic, below(wish.topic))))
    if wish.city:
        found = found.where(Challenge.city.has(slug=wish.city))
    for word in wish.q.split()[:10]:
        texts = (Challenge.title, Challenge.text, Challenge.constraints)
        found = found.where(or_(*(text.icontains(word, autoescape=True) for text in texts)))
    return found


def has_topic(slug):
    return cast(Challenge.topics, String).contains(f'"{slug}"', autoescape=True)


def below(slug):
    """A topic and those beneath it."""
    tree = taxonomy.topics()
    top = tree.get(slug)
    return [slug, *(one.slug for one in tree.values() if top and one.parent_id == top.id)]


def counts(found):
    """Challenge id → (answers, of which helped) that everyone reads."""
    ids = [one.id for one in found]
    rows = db.session.execute(
        select(Answer.challenge_id, func.count(Answer.id), func.count(Answer.helped_at))
        .where(Answer.challenge_id.in_(ids), Answer.taken_back_at.is_(None), shown("answer", Answer.id))
        .group_by(Answer.challenge_id)
    )
    return {one: (answers, helped) for one, answers, helped in rows} if ids else {}


def of_city(city, most=5):
    """(the latest challenges of a city, how many it has)."""
    found = listed().where(Challenge.city_id == city.id)
    total = db.session.scalar(found.with_only_columns(func.count(Challenge.id)))
    order = (Challenge.closed_at.is_not(None), Challenge.at.desc(), Challenge.id.desc())
    return db.session.scalars(found.order_by(*order).limit(most)).all(), total


def open_one():
    """The challenge that the first page shows: the newest that is open, or None."""
    found = listed().where(Challenge.closed_at.is_(None))
    return db.session.scalar(found.order_by(Challenge.at.desc(), Challenge.id.desc()).limit(1))


def conversation(challenge, user):
    """What this person reads beneath a challenge; the same number of queries however long it is."""
    answers = db.session.scalars(standing(Answer, challenge)).all()
    comments = db.session.scalars(standing(TalkComment, challenge)).all()
    hidden = {("answer", number): one for number, one in hidings("answer", ids_of(answers)).items()}
    hidden |= {("comment", number): one for number, one in hidings("comment", ids_of(comments)).items()}
    seen_answers = [one for one in answers if sees("answer", one, hidden, user)]
    beneath = {None, *ids_of(seen_answers)}
    seen = [one for one in comments if one.answer_id in beneath and sees("comment", one, hidden, user)]
    grouped = {}
    for one in seen:
        grouped.setdefault(one.answer_id, []).append(one)
    unseen = len(answers) - len(seen_answers) + sum(one.answer_id in beneath for one in comments) - len(seen)
    return Conversation(seen_answers, grouped, brought(seen_answers), hidden, unseen)


def standing(model, challenge):
    found = select(model).where(model.challenge_id == challenge.id, model.taken_back_at.is_(None))
    return found.order_by(model.id)


def ids_of(things):
    return [one.id for one in things]


def sees(kind, thing, hidden, user):
    if (kind, thing.id) not in hidden:
        return True
    return user.is_authenticated and (user.is_moderator or thing.by_id == user.id)


def brought(answers):
    """Practice id → Brought of those practices that are public now."""
    ids = {one.practice_id for one in answers if one.practice_id}
    if not ids:
        return {}
    columns = Practice.id, Practice.public_id, Revision.title, Revision.language, Practice.city_id
    rows = db.session.execute(
        practices.public().where(Practice.id.in_(ids)).with_only_columns(*columns)
    ).all()
    cities = cities_by_id({row.city_id for row in rows if row.city_id})
    return {row.id: Brought(row.public_id, row.title, row.language, cities.get(row.city_id)) for row in rows}


def cities_by_id(ids):
    return {city.id: city for city in db.session.scalars(select(City).where(City.id.in_(ids)))} if ids else {}
