"""The secretariat brings a city into the house and puts it on the map. The caller commits."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from exchange.accounts import service as accounts
from exchange.accounts.models import City
from exchange.core import journal
from exchange.core.models import db
from exchange.network.service.members import editing
from exchange.practices.models import Practice
from exchange.practices.service import NotAllowed, fingerprint, slug_of, subject

PLACE = ("lat", "lon")


class Known(Exception):
    """There is a city of that name in that country; `city` is it."""

    def __init__(self, city):
        super().__init__(city.slug)
        self.city = city


def add_city(by, name, country, lat=None, lon=None, note=""):
    """A new City, no member yet; its address follows its name. Raises NotAllowed, Known."""
    if not editing.may_change_offices(by):
        raise NotAllowed("only coordinators and admins add cities")
    if known := find(name, country):
        raise Known(known)
    city = City(slug=free_slug(name, country), name=name, country=country, lat=lat, lon=lon)
    try:
        with db.session.begin_nested():
            db.session.add(city)
    except IntegrityError as error:
        raise Known(accounts.find_city(city.slug)) from error
    editing.record("add city", "city added", city, by, [], note)
    journal.tell("vocabulary changed", subject=editing.subject(city))
    return city


def find(name, country):
    """The city that is called so, in any language, and lies in that country; or None."""
    in_country = db.session.scalars(select(City).where(City.country == country).order_by(City.id)).all()
    wanted, slug = name.casefold(), slug_of(name)
    for city in in_country:
        called = {city.name.casefold(), *(one.casefold() for one in city.names.values())}
        if wanted in called or (slug and city.slug in (slug, f"{slug}-{country.lower()}")):
            return city
    return None


def free_slug(name, country):
    """As in the import of cases: the country follows where another city has the plain one."""
    slug = slug_of(name) or fingerprint(name)[:10]
    taken = accounts.find_city(slug) or slug in RESERVED
    return f"{slug}-{country.lower()}" if taken else slug


RESERVED = ("new",)  # what follows /cities/ and is no city


def set_place(city, by, words, base, note=""):
    """Where it lies on the map; cases without a place of their own follow. Raises NotAllowed, Meanwhile."""
    editing.hold_for_secretariat(city, by)
    changed = editing.put(city, PLACE, words, base)
    if changed:
        editing.record("change place of city", "place", city, by, changed, note)
        for practice in db.session.scalars(select(Practice).where(Practice.city_id == city.id)):
            journal.tell("place changed", subject=subject(practice))
    return changed
