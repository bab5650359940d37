"""Which cities are like a city, told from the facts that are known of both.

likeness = 0.6 × size + 0.4 × region, between 0 and 1, where

- size is 1 for equal populations and falls with the logarithm of their ratio to 0 at ten times as many;
- region is 1 within a sub-region of UN M49, 0.5 within a continent, 0 beyond.

A population that nobody told counts as half like: it speaks neither for nor against. The same ratio counts
the same for villages and capitals, and either of two cities is as like the other. Income groups will join
once cities have them.
"""

from math import log10

from sqlalchemy import select

from exchange.accounts.models import City
from exchange.practices import service as practices
from exchange.practices.models import Practice
from exchange.taxonomy import service as taxonomy

SIZE, REGION = 0.6, 0.4
UNLIKE_RATIO = 10  # of populations, from which on nothing is alike
UNKNOWN = 0.5
LEAST = 0.5  # below it a city is not called alike
MOST = 200


def alike(session, city):
    """Slug → likeness of the cities with public cases that are most like this one, itself left out."""
    told = {other.slug: likeness(city, other) for other in with_cases(session) if other.slug != city.slug}
    near = sorted((-value, slug) for slug, value in told.items() if value >= LEAST)
    return {slug: -value for value, slug in near[:MOST]}


def with_cases(session):
    """Rows of the cities that have a public case."""
    facts = City.slug, City.country, City.population
    public = practices.public().with_only_columns(Practice.city_id)
    return session.execute(select(*facts).where(City.id.in_(public)))


def likeness(one, other):
    """How like two cities are: anything with a `country` and a `population`."""
    return round(SIZE * in_size(one.population, other.population) + REGION * in_region(one, other), 4)


def in_size(one, other):
    if not one or not other:
        return UNKNOWN
    return max(0.0, 1 - abs(log10(one / other)) / log10(UNLIKE_RATIO))


def in_region(one, other):
    return len({*taxonomy.regions_of(one.country)} & {*taxonomy.regions_of(other.country)}) / 2
