"""Positions: what cities say together, to whom, and what came of it. The caller commits."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from exchange.core.models import db
from exchange.network.models.positions import Position, Signature
from exchange.network.service import vetted, vetting
from exchange.practices.service import NotAllowed, fingerprint

KIND = "position"
PER_PAGE = 20
SIGNED = ("title", "addressee", "text")  # what a city signs
EMPTY = {
    "title": "",
    "language": "en",
    "day": "",
    "addressee": "",
    "text": "",
    "topics": [],
    "others": "",  # who signed beside the cities that are here
    "outcome": "",
    "source": "",
}


def may_propose(user):
    """Admins of cities, and moderators."""
    if not (user.is_authenticated and user.verified_at):
        return False
    return user.is_moderator or any(user.is_admin_of(city.id) for city in user.cities)


def may_change(position, user):
    return may_propose(user) and (user.is_moderator or position.by_id == user.id)


def propose(content, by, position=None, base=None, code=""):
    """(position, VettedText or None). Raises NotAllowed, or vetting.Meanwhile."""
    if not may_propose(by):
        raise NotAllowed("admins of cities and moderators propose positions")
    if position is None:
        position, _is_new = vetted.begin(Position, by, code)
    if not may_change(position, by):
        raise NotAllowed("whoever proposed a position changes it")
    return position, vetting.propose(KIND, position.public_id, {**EMPTY, **content}, by, base)


def publish(public_id, content, _text):
    position = find(public_id)
    vetted.fill(position, KIND, content)
    position.day = content["day"]
    position.words_hash = words_hash(content)


def words_hash(content):
    return fingerprint([content[name] for name in SIGNED])


def hide(public_id):
    vetted.empty(find(public_id), KIND)


# Looking up


def find(public_id):
    return vetted.find(Position, public_id)


def public(page=1, topic="", city=None):
    """([Position with its signatures], how many in all), the latest first."""
    those = select(Position).where(Position.shown())
    if topic:
        those = those.where(vetted.about(KIND, Position, topic))
    if city is not None:
        signed = Signature.city_id == city.id, Signature.withdrawn_at.is_(None)
        those = those.where(Position.id.in_(select(Signature.position_id).where(*signed)))
    total = db.session.scalar(select(func.count()).select_from(those.subquery()))
    order = Position.day.desc(), Position.id.desc()
    rows = those.options(selectinload(Position.signatures)).order_by(*order)
    return db.session.scalars(rows.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all(), total


def path_of(public_id, title):
    return vetted.path("positions", public_id, title)


# For moderators


def lines(content):
    return [
        vetting.Line(_l("Title"), content["title"]),
        vetting.Line(_l("Date"), content["day"]),
        vetting.Line(_l("To whom"), content["addressee"]),
        vetting.Line(_l("Text"), content["text"], is_long=True),
        vetting.Line(_l("Outcome"), content["outcome"], is_long=True),
        vetting.Line(_l("Who else signed"), content["others"]),
        vetting.Line(_l("Topics"), vetted.topic_words(content["topics"])),
        vetting.Line(_l("Source"), content["source"]),
    ]


vetting.register(
    vetting.Kind(
        KIND,
        _l("Position"),
        publish=publish,
        hide=hide,
        title=lambda content: content["title"],
        lines=lines,
        path=lambda thing, content: path_of(thing, content["title"]),
        edit_path=lambda thing: f"/positions/{thing}/edit",
    )
)
