"""The member directory: which cities are asked for, and in what order; one question for all its views."""

from collections import Counter
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from unicodedata import normalize

from sqlalchemy import func, or_, select
from sqlalchemy.orm import lazyload

from exchange.accounts.models import City
from exchange.core import i18n
from exchange.core.models import db, now
from exchange.core.pages import page_count, page_number
from exchange.network.models.members import OFFICES, TermOfOffice
from exchange.network.service.members.partial import first_day, lasts
from exchange.practices.models import Practice, Revision
from exchange.taxonomy import service as taxonomy

PER_PAGE = 60
VIEWS = ("list", "table", "map")
STANDINGS = ("members", "former", "all")
SORTS = ("name", "country", "population", "joined", "practices")
BANDS = {  # of population: from, to below
    "250k": (0, 250_000),
    "1m": (250_000, 1_000_000),
    "5m": (1_000_000, 5_000_000),
    "more": (5_000_000, 10**12),
}
MOST_NAMED = 200  # cities that an address may name


@dataclass(frozen=True)
class Wish:
    """What /cities may be asked for; every empty part asks nothing."""

    view: str = "list"
    standing: str = "members"
    q: str = ""
    region: str = ""  # of UN M49, as digits
    country: str = ""
    population: str = ""  # a key of BANDS
    office: str = ""
    held: str = ""  # 'ever': also offices of the past
    language: str = ""
    city: tuple = ()  # slugs, as circles of the map ask
    sort: str = "name"
    page: int = 1

    @classmethod
    def from_args(cls, args):
        """Read an address's arguments; what makes no sense is left out, nothing raises."""
        told = {name: " ".join((args.get(name) or "").split())[:100] for name in ASKED}
        return cls(
            **{name: value for name, value in told.items() if is_known(name, value)},
            city=tuple(args.getlist("city")[:MOST_NAMED]),
            page=page_number(args.get("page")),
        )

    @property
    def narrows(self):
        return any(getattr(self, name) for name in NARROWING)

    def args(self, **changes):
        """Argument → value of an address that asks this with some changes; any change leads to page 1."""
        told = replace(self, **{"page": 1, **changes})
        return {
            one.name: getattr(told, one.name)
            for one in fields(self)
            if getattr(told, one.name) != one.default
        }


NARROWING = ("q", "region", "country", "population", "office", "language", "city")
ASKED = ("view", "standing", "q", "region", "country", "population", "office", "held", "language", "sort")
KNOWN = {
    "view": VIEWS,
    "standing": STANDINGS,
    "population": BANDS,
    "office": OFFICES,
    "held": ("ever",),
    "sort": SORTS,
}


def is_known(name, value):
    return bool(value) and (name not in KNOWN or value in KNOWN[name])


@dataclass(frozen=True)
class Entry:
    """A city in the directory, with the number of its public practices and its terms of office."""

    city: City
    practices: int = 0
    terms: tuple = ()

    @cached_property
    def name(self):
        return self.city.label(i18n.language())

    @cached_property
    def regions(self):
        """The codes of continent and sub-region."""
        return taxonomy.regions_of(self.city.country)

    @cached_property
    def holds(self):
        """The offices that it holds today, the weightiest first."""
        today = now().date()
        return offices_among(term for term in self.terms if lasts(term.start, term.end, today))

    @cached_property
    def held(self):
        """Those that it ever held."""
        return offices_among(self.terms)


def offices_among(terms):
    return sorted({term.office for term in terms}, key=OFFICES.index)


@dataclass(frozen=True)
class Answer:
    wish: Wish
    entries: list = field(default_factory=list)  # all that were asked for, in their order
    around: list = field(default_factory=list)  # all of that standing, however narrowed down

    @property
    def total(self):
        return len(self.entries)

    @property
    def pages(self):
        return page_count(self.total, PER_PAGE)

    @property
    def page(self):
        return min(self.wish.page, self.pages)

    @property
    def first(self):
        return (self.page - 1) * PER_PAGE + 1

    @property
    def shown(self):
        return self.entries[self.first - 1 : self.first - 1 + PER_PAGE]

    def counts(self, name):
        """Value → how many cities one finds by choosing it, everything else asked as it is."""
        others = replace(self.wish, **{name: ""})
        return Counter(
            value for one in self.around if fits(one, others) for value in VALUES[name](one, others)
        )

    def by_region(self):
        """(code of the continent or '', its entries on this page), by the name of the region."""
        found = {}
        for one in self.shown:
            found.setdefault(one.regions[0] if one.regions else "", []).append(one)
        return sorted(
            found.items(), key=lambda item: folded(taxonomy.region_name(item[0], i18n.language()) or "~")
        )


def find(wish):
    """The Answer; three queries, however many cities there are."""
    around = entries_of(wish.standing)
    found = [one for one in around if fits(one, wish)]
    return Answer(wish, sorted(found, key=ORDERS[wish.sort]), around)


def entries_of(standing):
    """Every Entry of that standing; of cities that never were members only those with a public practice."""
    practices = cases()
    amount = func.coalesce(practices.c.cases, 0)
    rows = db.session.execute(
        select(City, amount)
        .outerjoin(practices, practices.c.city_id == City.id)
        .where(STANDING[standing](amount))
    ).all()
    terms = {}
    for term in db.session.scalars(select(TermOfOffice).options(lazyload(TermOfOffice.city))):
        terms.setdefault(term.city_id, []).append(term)
    return [Entry(city, number, tuple(terms.get(city.id, ()))) for city, number in rows]


STANDING = {
    "members": lambda amount: City.is_member,
    "former": lambda amount: ~City.is_member & City.member_until.is_not(None),
    "all": lambda amount: or_(City.is_member, City.member_until.is_not(None), amount > 0),
}


def cases():
    """Subquery: city_id, how many public practices."""
    return (
        select(Practice.city_id, func.count().label("cases"))
        .join(Revision, Revision.practice_id == Practice.id)
        .where(Practice.visibility == "public", Revision.state == "published")
        .group_by(Practice.city_id)
        .subquery()
    )


# What fits


def bands(entry, _wish):
    people = entry.city.population
    return [name for name, (least, below) in BANDS.items() if people is not None and least <= people < below]


VALUES = {  # what an entry has of each part that can be asked for
    "region": lambda one, wish: one.regions,
    "country": lambda one, wish: [one.city.country],
    "population": bands,
    "office": lambda one, wish: one.held if wish.held else one.holds,
    "language": lambda one, wish: one.city.languages,
    "city": lambda one, wish: [one.city.slug],
}


def fits(entry, wish):
    for name in ("region", "country", "population", "office", "language"):
        wanted = getattr(wish, name)
        if wanted and wanted not in VALUES[name](entry, wish):
            return False
    if wish.city and entry.city.slug not in wish.city:
        return False
    return not wish.q or is_called(entry.city, folded(wish.q))


def is_called(city, words):
    """Whether one of its names, in any language, has a word that begins like that."""
    names = {city.name, city.slug.replace("-", " "), *city.names.values()}
    return any(f" {words}" in f" {folded(name)}" for name in names if name)


def folded(text):
    """Without accents and case, so that 'Göteborg' stands among the G and 'goteborg' finds it."""
    plain = (char for char in normalize("NFKD", text.casefold()) if not "\u0300" <= char <= "\u036f")
    return "".join(plain).replace("ø", "o").replace("đ", "d").replace("ł", "l")


def by_name(entry):
    return folded(entry.name), entry.city.slug


ORDERS = {
    "name": by_name,
    "country": lambda one: (folded(taxonomy.country_name(one.city.country, i18n.language())), by_name(one)),
    "population": lambda one: (-(one.city.population or 0), by_name(one)),
    "joined": lambda one: (joined(one.city), by_name(one)),
    "practices": lambda one: (-one.practices, by_name(one)),
}


def joined(city):
    """The earliest first, those of whom nobody knows last."""
    return first_day(city.member_since).isoformat() if city.member_since else "9999"
