"""Which cities are like a city, told from the facts that are known of both.

likeness = 0.42 × size + 0.28 × region + 0.14 × income + 0.08 × density + 0.08 × climate, between 0 and 1:

- size is 1 for equal populations and falls with the logarithm of their ratio to 0 at ten times as many;
- region is 1 within a sub-region of UN M49, 0.5 within a continent, 0 beyond;
- income is 1 for the same income group and falls by a third with each group between them;
- density is told like size, from population and area;
- climate is 1 for the same class of Köppen and Geiger, 0.5 within the same main group ('Cfb' and 'Csa').

A population that nobody told counts as half like: it speaks neither for nor against. Income, density and
climate count where they are known of both cities; else the others share their weight. The same ratio counts
the same for villages and capitals, and either of two cities is as like the other.
"""

from math import log10

from sqlalchemy import select

from exchange.accounts.models import City
from exchange.practices import service as practices
from exchange.practices.models import Practice
from exchange.taxonomy import service as taxonomy

SIZE, REGION, INCOME, DENSITY, CLIMATE = 0.42, 0.28, 0.14, 0.08, 0.08
INCOME_GROUPS = ("low", "lower-middle", "upper-middle", "high")
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
    facts = City.slug, City.country, City.population, City.facts
    public = practices.public().with_only_columns(Practice.city_id)
    return session.execute(select(*facts).where(City.id.in_(public)))


def likeness(one, other):
    """How like two cities are: anything with a `country`, a `population` and, where known, `facts`."""
    parts = [(SIZE, in_size(one.population, other.population)), (REGION, in_region(one, other))]
    beside = (
        (INCOME, in_income(one, other)),
        (DENSITY, in_density(one, other)),
        (CLIMATE, in_climate(one, other)),
    )
    parts += [(weight, value) for weight, value in beside if value is not None]
    weights = sum(weight for weight, _value in parts)
    return round(sum(weight * value for weight, value in parts) / weights, 4)


def in_size(one, other):
    if not one or not other:
        return UNKNOWN
    return max(0.0, 1 - abs(log10(one / other)) / log10(UNLIKE_RATIO))


def in_region(one, other):
    return len({*taxonomy.regions_of(one.country)} & {*taxonomy.regions_of(other.country)}) / 2


def in_income(one, other):
    """None where it is not known of both, as for the next two."""
    groups = [fact(city, "income_group") for city in (one, other)]
    if not all(group in INCOME_GROUPS for group in groups):
        return None
    steps = abs(INCOME_GROUPS.index(groups[0]) - INCOME_GROUPS.index(groups[1]))
    return 1 - steps / (len(INCOME_GROUPS) - 1)


def in_density(one, other):
    densities = [density(city) for city in (one, other)]
    return in_size(*densities) if all(densities) else None


def in_climate(one, other):
    classes = [str(fact(city, "climate_class") or "") for city in (one, other)]
    if not all(classes):
        return None
    return 1.0 if classes[0] == classes[1] else 0.5 * (classes[0][0] == classes[1][0])


def density(city):
    """People to a square kilometre, or None."""
    area = fact(city, "area")
    is_number = isinstance(area, int | float) and not isinstance(area, bool)
    return city.population / area if is_number and area > 0 and city.population else None


def fact(city, name):
    """The value of one of a city's facts, or None."""
    told = (getattr(city, "facts", None) or {}).get(name)
    return told.get("value") if isinstance(told, dict) else None
