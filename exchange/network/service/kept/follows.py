"""Following: what is new of a case, a city, a topic, a challenge. Generic by (kind, name in the address).

`of_news` says whom a piece of news concerns; letters ask it again when they go, so that whoever stopped
meanwhile gets none. The caller commits.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError

from exchange.accounts import service as accounts
from exchange.accounts.models import City
from exchange.core import journal
from exchange.core.models import db
from exchange.network.models.kept import FOLLOWED, Follow
from exchange.network.models.talk import Challenge
from exchange.network.models.vetting import VettedText
from exchange.network.service import vetting
from exchange.network.service.talk import challenges, reports
from exchange.practices import service as practices
from exchange.practices.models import READABLE, Practice, Revision
from exchange.practices.service import NotAllowed
from exchange.taxonomy import service as taxonomy

LINK = "follow"
MOST = 500  # things that one person follows


@dataclass(frozen=True)
class Thing:
    """Something that is followed, as a list of them shows it."""

    title: str
    path: str
    language: str = ""  # of the title, where it is somebody's words


@dataclass(frozen=True)
class Kind:
    """`things`: (names, language) → {name: Thing} of those that all may read; few queries, however many."""

    label: object
    things: Callable


# The four kinds


def cases(names, _language):
    """A case that was merged is the one that goes on."""
    heirs = heirs_of(names)
    readable = select(Practice.public_id, Revision.title, Revision.language).join(
        Revision, (Revision.practice_id == Practice.id) & (Revision.state == "published")
    )
    rows = db.session.execute(
        readable.where(Practice.public_id.in_([*names, *heirs.values()]), Practice.visibility.in_(READABLE))
    )
    found = {code: Thing(title, practices.path_to(code, title), lang) for code, title, lang in rows}
    return {name: found[code] for name in names if (code := heirs.get(name, name)) in found}


def heirs_of(names):
    """Public id → that of the case that goes on, of those that were merged into one."""
    merged = select(Practice).where(Practice.public_id.in_(names), Practice.merged_into_id.is_not(None))
    return {one.public_id: practices.stands_for(one).public_id for one in db.session.scalars(merged)}


def cities(names, language):
    rows = db.session.scalars(select(City).where(City.slug.in_(names)))
    return {city.slug: Thing(city.label(language), f"/cities/{city.slug}") for city in rows}


def topics(names, language):
    tree = taxonomy.topics()
    return {name: Thing(tree[name].label(language), f"/topics/{name}") for name in names if name in tree}


def asked(names, _language):
    rows = db.session.scalars(
        select(Challenge).where(Challenge.public_id.in_(names), reports.shown("challenge", Challenge.id))
    )
    return {one.public_id: Thing(one.title, challenges.path_of(one), one.language) for one in rows}


KINDS = dict(
    zip(
        FOLLOWED,
        (
            Kind(_l("Cases"), cases),
            Kind(_l("Cities"), cities),
            Kind(_l("Topics"), topics),
            Kind(_l("Challenges"), asked),
        ),
        strict=True,
    )
)


def find(kind, name, language):
    """The Thing of that name that everyone may read, or None."""
    name = accounts.shared.storable(name or "")
    return KINDS[kind].things([name], language).get(name) if kind in KINDS else None


# Following and stopping


def follow(user, kind, name):
    """From now on this person hears what is new of it; asked again, nothing happens. Returns the Follow.

    Raises NotAllowed for those without a proven address, and for what nobody may read.
    """
    if not user.verified_at or find(kind, name, "en") is None or len(of(user)) >= MOST:
        raise NotAllowed("whoever has a proven address follows what everyone reads")
    if known := find_follow(user, kind, name):
        return known
    made = Follow(user_id=user.id, kind=kind, thing=name)
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:  # the same button pressed twice
        return find_follow(user, kind, name)
    journal.record("follow", f"{kind}:{name}", user, news=False)
    return made


def stop(user, kind, name):
    """No more letters about it; returns whether there were any to come."""
    found = find_follow(user, kind, name)
    return end(found, user) if found else False


def end(found, by=None):
    """The same for a Follow: its own link needs no account."""
    gone = db.session.execute(delete(Follow).where(Follow.id == found.id)).rowcount
    db.session.expunge(found)
    if gone:
        journal.record("stop following", f"{found.kind}:{found.thing}", by, news=False)
    return bool(gone)


def stop_all(user):
    """No more letters about any of them; returns how many they were."""
    gone = db.session.execute(delete(Follow).where(Follow.user_id == user.id)).rowcount
    if gone:
        journal.record("stop following all", f"user:{user.id}", user, news=False, number=gone)
    return gone


# Looking up


def find_follow(user, kind, name):
    mine = Follow.user_id == user.id, Follow.kind == kind, Follow.thing == name
    return db.session.scalar(select(Follow).where(*mine))


def is_followed(user, kind, name):
    return user.is_authenticated and find_follow(user, kind, name) is not None


def of(user):
    """Every Follow of a person, the newest first."""
    rows = select(Follow).where(Follow.user_id == user.id).order_by(Follow.at.desc(), Follow.id.desc())
    return db.session.scalars(rows).all()


def told(follows, language):
    """[(kind, label, [(Follow, Thing or None)])] of those kinds that occur; one query for each kind.

    None: it cannot be read any more.
    """
    found = []
    for name, kind in KINDS.items():
        mine = [one for one in follows if one.kind == name]
        things = kind.things([one.thing for one in mine], language) if mine else {}
        if mine:
            found.append((name, kind.label, [(one, things.get(one.thing)) for one in mine]))
    return found


def token_of(found):
    """What every letter carries: it opens the page where one stops following."""
    return accounts.seal(LINK, name_of(found))


def name_of(found):
    """Its number and when it began: the number of a row that is gone may be given to another person's."""
    return f"{found.id}-{found.at:%Y%m%d%H%M%S%f}"


def by_token(token):
    """The Follow that a letter's link names, or None."""
    name = accounts.unseal(LINK, token)
    found = db.session.get(Follow, int(name.partition("-")[0])) if name else None
    return found if found and name_of(found) == name else None


# News


def of_news(news):
    """The follows of all whom a piece of news concerns, what is nearest to the news first."""
    names = WATCHED[news["act"]](news)
    if not names:
        return []
    wanted = or_(*((Follow.kind == kind) & Follow.thing.in_(things) for kind, things in names.items()))
    rows = db.session.scalars(select(Follow).where(wanted).order_by(Follow.id)).all()
    return sorted(rows, key=lambda one: FOLLOWED.index(one.kind))


def of_case(news):
    """Whoever follows the case, or one that was merged into it."""
    public_id = news["subject"].partition(":")[2]
    practice = practices.find(public_id)
    others = practices.merged_into(practice) if practice else []
    return {"case": [public_id, *(one.public_id for one in others)]}


def of_publication(news):
    """A first version is news of its cities and topics; a later one of the case."""
    if news.get("number") != 1:
        return of_case(news)
    practice = practices.find(news["subject"].partition(":")[2])
    revision = practices.public_revision(practice) if practice else None
    if revision is None:
        return {}
    others = [str(one) for one in revision.get("other_cities", [])]
    cities_ = [practice.city.slug, *others] if practice.city else others
    return {"city": cities_, "topic": with_parents(revision.get("topics", []))}


def with_parents(slugs):
    """The topics, those above them, and those that were merged into one of them."""
    tree = taxonomy.topics()
    mine = {tree[slug] for slug in slugs if slug in tree}
    ids = {topic.id for topic in mine} | {topic.parent_id for topic in mine}
    return [slug for slug, topic in tree.items() if topic.id in ids or topic.merged_into_id in ids]


def of_text(news):
    """An event that became public is news of its host city, as it reads now."""
    kind, _colon, _name = news["subject"].partition(":")
    text = db.session.get(VettedText, news["text"]) if kind == "event" else None
    text = vetting.public(kind, text.thing) if text and not is_another_text(text) else None
    if text is None:
        return {}
    city = text.content.get("city")
    return {"city": [city]} if city else {}


def is_another_text(text):
    """Whether the thing was public before: a corrected event is no new one."""
    earlier = (VettedText.kind == text.kind, VettedText.thing == text.thing, VettedText.id < text.id)
    was = earlier, VettedText.state.in_(("superseded", "hidden"))
    return db.session.scalar(select(VettedText.id).where(*was[0], was[1]).limit(1)) is not None


def of_answer(news):
    found = reports.find("answer", int(news["subject"].partition(":")[2]))
    return {"challenge": [found[1].challenge.public_id]} if found else {}


def of_challenge(news):
    found = reports.find("challenge", int(news["subject"].partition(":")[2]))
    return {"challenge": [found[1].public_id]} if found else {}


WATCHED = {  # news → (news → {kind: names of the things that it is about})
    "publish": of_publication,
    **dict.fromkeys(
        (
            *("make archived", "make tombstone", "make public", "merge", "fall silent"),
            *("endorsement confirmed", "endorsement disputed", "endorsement ended"),
            *("freshness changed", "freshness ended"),
        ),
        of_case,
    ),
    "publish text": of_text,
    "answer challenge": of_answer,
    "close challenge": of_challenge,
}
