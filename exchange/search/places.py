"""Places as readers name them: a city by its name, a point by its degrees; and back into words.

The page's form sends `place` with `km`, and `like` with a name; an address that is kept says `near` in
degrees and `like` with a slug.
"""

import unicodedata
from dataclasses import dataclass, field, replace

from flask_babel import format_decimal
from flask_babel import gettext as _
from sqlalchemy import func, select

from exchange.accounts import service as accounts
from exchange.accounts.models import City
from exchange.core import maps
from exchange.core.forms import tidy
from exchange.core.models import db
from exchange.practices import service as practices
from exchange.search.query import FARTHEST_KM, NEAR_KM, Query, circle, numbers
from exchange.taxonomy import service as taxonomy

DISTANCES_KM = (25, 50, 100, 200, 500, 1000, 2000)
LONGEST = 100  # characters of a typed name
MOST_NAMED = 6  # cities of one name that are offered
SHORTEST_BEGINNING = 3  # characters that may stand for a longer name
SAME_PLACE = 0.0001  # degrees; what an address keeps of them


class Unplaced(Exception):
    """Nobody knows which place is meant; the message is what the reader is told."""


@dataclass(frozen=True)
class Asked:
    """A question whose places are understood as far as they can be."""

    query: Query
    moved: bool = False  # its address says it otherwise than the reader's did
    errors: dict = field(default_factory=dict)  # field → sentence
    typed: dict = field(default_factory=dict)  # field → what stood in it, where it was not understood


def read(args, query):
    """The Asked of an address; what is not understood leaves the question and is explained."""
    asked = Asked(query)
    for name, understand in (("place", with_near), ("like", with_like)):
        typed = tidy(args.get(name) or "")[:LONGEST]
        if typed:
            asked = understood(asked, name, typed, understand, args)
    return asked


def understood(asked, name, typed, understand, args):
    try:
        query = understand(asked.query, typed, args)
    except Unplaced as error:
        query = replace(asked.query, like="") if name == "like" else asked.query
        errors, kept = {**asked.errors, name: str(error)}, {**asked.typed, name: typed}
        return replace(asked, query=query, errors=errors, typed=kept)
    return replace(asked, query=query, moved=asked.moved or name == "place" or query.like != typed)


def with_near(query, typed, args):
    km = (numbers(args.get("km"), (1,)) or [NEAR_KM])[0]
    near = circle(f"{typed},{km}") or (*centre_of(find_city(typed, query.language)), km)
    return replace(query, near=circle(",".join(map(str, near))))


def with_like(query, typed, args):
    known = accounts.find_city(typed.lower()) or find_city(typed, query.language)
    return replace(query, like=known.slug)


def centre_of(city):
    if city.lat is None or city.lon is None:
        raise Unplaced(_("Nobody has told us where %(city)s lies. Try a city close to it.", city=city.name))
    return city.lat, city.lon


# A city by its name


def find_city(typed, language):
    """The one city that has this name in any language, perhaps with its country: 'Valencia, Spain'."""
    name, _comma, country = (part.strip() for part in folded(typed).partition(","))
    cities = [city for city in accounts.cities() if not country or country in countries_of(city)]
    found = [city for city in cities if name in names_of(city)] or begun(cities, name)
    if not found:
        raise Unplaced(
            _("We know no city called “%(name)s”. Try its own spelling, or a larger city nearby.", name=typed)
        )
    if len(found) > 1:
        raise Unplaced(_("There are several. Which one: %(cities)s?", cities=listed(found, language)))
    return found[0]


def begun(cities, name):
    """Those whose name begins so: 'Santiago' is enough where there is only Santiago de Chile."""
    if len(name) < SHORTEST_BEGINNING:
        return []
    return [city for city in cities if any(one.startswith(name) for one in names_of(city))]


def names_of(city):
    return {folded(name) for name in (city.name, city.slug.replace("-", " "), *city.names.values())}


def countries_of(city):
    country = taxonomy.countries().get(city.country) or {"names": {}}
    return {city.country.casefold(), *map(folded, country["names"].values())}


def listed(cities, language):
    names = [name_with_country(city, language) for city in cities[:MOST_NAMED]]
    return "; ".join(names) + (" …" if len(cities) > MOST_NAMED else "")


def name_with_country(city, language):
    return f"{city.label(language)}, {taxonomy.country_name(city.country, language)}"


def folded(text):
    """Without case, accents, hyphens and double spaces."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("-", " "))
    return " ".join("".join(one for one in letters if not unicodedata.combining(one)).split())


# Into words


@dataclass(frozen=True)
class Words:
    """What the places of a question are called; '' where it names none."""

    near: str = ""  # 'Lyon', or '45°46′N 4°50′E' where no city of the network lies
    place: str = ""  # the same as it may be typed
    like: str = ""


def in_words(query):
    city = accounts.find_city(query.like) if query.like else None
    like = city.label(query.language) if city else query.like
    if not query.near:
        return Words(like=like)
    lat, lon, _km = query.near
    here = city_at(lat, lon)
    if here:
        return Words(here.label(query.language), name_with_country(here, query.language), like)
    return Words(maps.coordinates_label(lat, lon), f"{lat:.4f}, {lon:.4f}", like)


def city_at(lat, lon):
    close = func.abs(City.lat - lat) <= SAME_PLACE, func.abs(City.lon - lon) <= SAME_PLACE
    return db.session.scalar(select(City).where(*close).order_by(City.is_member.desc(), City.slug).limit(1))


def in_form(asked, words):
    """What the fields of the form show, the distances it offers, and what is wrong."""
    km = asked.query.near[2] if asked.query.near else NEAR_KM
    return {
        "place": asked.typed.get("place", words.place),
        "like": asked.typed.get("like", words.like),
        "km": km,
        "distances": sorted({*DISTANCES_KM, km}),
        "errors": asked.errors,
    }


def chips(query, words):
    """(title, value, what takes it away) of every place that narrows a question."""
    if query.within:
        west, south, east, north = query.within
        corners = maps.coordinates_label(south, west), maps.coordinates_label(north, east)
        yield _("Part of the map"), " – ".join(corners), {"within": None}
    if query.near:
        km = format_decimal(query.near[2])
        yield _("Near"), _("%(place)s, up to %(km)s km", place=words.near, km=km), {"near": None}
    if query.like:
        yield _("Cities like"), words.like, {"like": ""}


def away(hit, query):
    """'120 km away': how far a found case lies from the place asked about; '' where nobody knows."""
    place = practices.place_of(hit.practice, hit.revision.answers) if query.near else None
    if place is None:
        return ""
    km = min(maps.distance_km(query.near[:2], place), FARTHEST_KM)
    return _("%(km)s km away", km=format_decimal(round(km)))
