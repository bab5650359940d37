"""Profiles: made and taken down by the person; listed, searched, asked for help. The caller commits."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import String, cast, func, or_, select

from exchange.accounts.models import City, Membership, User
from exchange.core import journal
from exchange.core.forms import tidy
from exchange.core.models import db, now
from exchange.core.pages import page_number
from exchange.network.models.people import Profile
from exchange.network.models.talk import OPEN_REQUESTS, QUESTION_KINDS, Request
from exchange.network.service.codes import new_code
from exchange.network.service.talk import routing
from exchange.network.service.talk.kinds import Kind, register, subject
from exchange.network.service.talk.reports import add, shown
from exchange.practices import service as practices
from exchange.practices.service import NotAllowed
from exchange.taxonomy import service as taxonomy

PAGE = 24
TOLD = ("does", "about", "language", "city_id", "topics", "languages", "helps", "takes_messages")
EMPTY = {"does": "", "about": "", "city_id": None, "topics": [], "languages": [], "helps": []}


# One's own


def of(user):
    """The profile that this person shows, or None."""
    found = row_of(user)
    return found if found and not found.taken_back_at else None


def row_of(user):
    return db.session.scalar(select(Profile).where(Profile.by_id == user.id))


def tell(user, **words):
    """The person shows this of themselves from now on; told again, nothing happens. Returns the Profile.

    `words`: the columns of TOLD. Raises NotAllowed.
    """
    if not user.verified_at or not user.is_active:
        raise NotAllowed("whoever has a proven address shows a profile")
    if words.get("city_id") and not user.is_of(words["city_id"]):
        raise NotAllowed("one names a city that one works for")
    found = row_of(user)
    if found is None:
        found = Profile(public_id=new_code(Profile.public_id), by=user)
        add(found)
    elif not found.taken_back_at and all(getattr(found, name) == words[name] for name in words):
        return found
    for name in TOLD:
        if name in words:
            setattr(found, name, words[name])
    found.changed_at, found.taken_back_at = now(), None
    db.session.flush()
    journal.record("change profile", subject("profile", found.id), user, news=False)
    return found


def take_down(user):
    """Nothing of it is kept but its number; repeated, nothing happens."""
    if (found := of(user)) is None:
        return
    for name, value in EMPTY.items():
        setattr(found, name, value)
    found.taken_back_at = now()
    db.session.flush()
    journal.record("take profile down", subject("profile", found.id), user, news=False)


# What everybody reads


@dataclass(frozen=True)
class Wish:
    """Which people are asked for; what is empty asks for nothing."""

    topic: str = ""
    language: str = ""
    helps: str = ""
    city: str = ""  # slug
    q: str = ""
    page: int = 1

    @classmethod
    def from_args(cls, args):
        """Read an address's arguments; what makes no sense is left out, nothing raises."""
        return cls(
            topic=args["topic"] if args.get("topic") in taxonomy.topics() else "",
            language=(tidy(args.get("language")) or "")[:20],
            helps=args["helps"] if args.get("helps") in QUESTION_KINDS else "",
            city=(tidy(args.get("city")) or "")[:100],
            q=(tidy(args.get("q")) or "")[:200],
            page=page_number(args.get("page")),
        )

    @property
    def is_narrowed(self):
        return bool(self.topic or self.language or self.helps or self.city or self.q)


def listed():
    """The one rule of which profiles everybody reads."""
    there = (User.verified_at.is_not(None), User.suspended_at.is_(None), User.left_at.is_(None))
    standing = (Profile.taken_back_at.is_(None), shown("profile", Profile.id), *there)
    return select(Profile).join(User, User.id == Profile.by_id).where(*standing)


def people(wish, per_page=PAGE):
    """(profiles of a page, by name; how many there are)."""
    found = narrowed(listed(), wish)
    total = db.session.scalar(found.with_only_columns(func.count(Profile.id)))
    page = found.order_by(func.lower(User.name), Profile.id).limit(per_page)
    return db.session.scalars(page.offset((wish.page - 1) * per_page)).all(), total


def narrowed(found, wish):
    if wish.topic:
        found = found.where(or_(*(holds(Profile.topics, slug) for slug in below(wish.topic))))
    if wish.language:
        found = found.where(holds(Profile.languages, wish.language))
    if wish.helps:
        found = found.where(holds(Profile.helps, wish.helps))
    if wish.city:
        found = found.where(works_for(select(City.id).where(City.slug == wish.city)))
    for word in wish.q.split()[:10]:
        texts = (User.name, Profile.does, Profile.about)
        found = found.where(or_(*(text.icontains(word, autoescape=True) for text in texts)))
    return found


def works_for(city_ids):
    """The condition that a person names one of these cities, and works for it."""
    employed = select(Membership.user_id).where(
        Membership.city_id == Profile.city_id, Membership.state == "approved"
    )
    return Profile.city_id.in_(city_ids) & Profile.by_id.in_(employed)


def holds(column, value):
    """A list in a column holds this value."""
    return cast(column, String).contains(f'"{value}"', autoescape=True)


def below(slug):
    """A topic and those beneath it."""
    tree = taxonomy.topics()
    return [slug, *(one.slug for one in tree.values() if one.parent_id == tree[slug].id)]


def of_city(city, most=6):
    """(some people of a city by name, how many of them show themselves)."""
    found = listed().where(works_for([city.id]))
    total = db.session.scalar(found.with_only_columns(func.count(Profile.id)))
    return db.session.scalars(found.order_by(func.lower(User.name), Profile.id).limit(most)).all(), total


def languages_spoken():
    """The codes of all languages that somebody in the directory speaks."""
    rows = db.session.scalars(listed().with_only_columns(Profile.languages))
    return sorted({code for codes in rows for code in codes})


def find(public_id):
    """The profile of an address, whoever reads it; what was taken down is not found."""
    return db.session.scalar(
        select(Profile).where(Profile.public_id == public_id, Profile.taken_back_at.is_(None))
    )


def readable(profile, _user):
    return profile.taken_back_at is None and profile.by.is_active and bool(profile.by.verified_at)


def path_of(profile):
    slug = practices.slug_of(profile.by.name)
    return f"/people/{profile.public_id}" + (f"-{slug}" if slug else "")


def words_of(profile):
    return "\n\n".join(text for text in (profile.does, profile.about) if text)


register(
    Kind(
        name="profile",
        model=Profile,
        label=_l("Profile"),
        author=lambda one: one.by,
        path=path_of,
        title=lambda one: one.by.name,
        words=words_of,
        readable=readable,
        counted=False,
    )
)


# Help


def who_offers(question):
    """The ids of people who offer such help on one of its topics: nearest first, none who has enough."""
    found = listed().where(
        holds(Profile.helps, question.kind),
        or_(*(holds(Profile.topics, slug) for slug in question.topics)),
        Profile.by_id.not_in(of_the_asking_city(question)),
        Profile.by_id.not_in(busy()),
    )
    ranked = db.session.scalars(found).all() if question.topics else []
    return [one.by_id for one in sorted(ranked, key=lambda one: nearness(one, question))]


def nearness(profile, question):
    """Speaks the question's language; shares more topics; told of it first."""
    shared = len(set(profile.topics) & set(question.topics))
    return question.language not in profile.languages, -shared, profile.id


def of_the_asking_city(question):
    return select(Membership.user_id).where(
        Membership.city_id == question.city_id, Membership.state == "approved"
    )


def busy():
    """People to whom as many open questions were put as one takes at a time."""
    waiting = select(Request.user_id).where(Request.user_id.is_not(None), *routing.waiting())
    return waiting.group_by(Request.user_id).having(func.count(Request.id) >= OPEN_REQUESTS)


routing.add_source("offered", who_offers, people=True)
