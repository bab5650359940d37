"""Cities by what people call them."""

from sqlalchemy import select

from exchange.accounts.models import City
from exchange.core.models import db


def cities_called(names):
    """Name as it was typed → City, of those that are known by that name in any language, or by their slug."""
    sought = {name.casefold().strip(): name for name in names}
    found = {}
    if not sought:
        return found
    for city in db.session.scalars(select(City).order_by(City.is_member, City.id.desc())):
        for called in (city.slug, city.name, *city.names.values()):
            if (typed := sought.get(called.casefold())) is not None:
                found[typed] = city
    return found


def cities_of(slugs):
    """Slug → City, of those that there are."""
    rows = db.session.scalars(select(City).where(City.slug.in_(slugs))) if slugs else ()
    return {city.slug: city for city in rows}
