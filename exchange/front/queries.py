"""What the gathering pages read from the database; each costs the same number of queries for 1 or 50 rows."""

from sqlalchemy import func, select
from sqlalchemy.orm import load_only

from exchange.accounts.models import City
from exchange.core.models import db
from exchange.moderation.models import Decision, Review
from exchange.practices import service
from exchange.practices.models import Practice, Revision


def newest(limit):
    """(practice, revision) of the latest public cases whose city is on the map: they have a cover."""
    return db.session.execute(
        service.public()
        .join(City, City.id == Practice.city_id)
        .where(City.lat.is_not(None))
        .order_by(Practice.published_at.desc(), Practice.id.desc())
        .limit(limit)
    ).all()


def public_counts():
    """Subquery: city_id, how many public practices."""
    return (
        select(Practice.city_id, func.count().label("cases"))
        .join(Revision, Revision.practice_id == Practice.id)
        .where(Practice.visibility == "public", Revision.state == "published")
        .group_by(Practice.city_id)
        .subquery()
    )


def places():
    """(City, number of public practices) of every city that can be put on a map."""
    counts = public_counts()
    return db.session.execute(
        select(City, counts.c.cases)
        .join(counts, counts.c.city_id == City.id)
        .where(City.lat.is_not(None))
        .order_by(City.slug)
    ).all()


def count_cities():
    """How many cities have a public case, on the map or not."""
    return db.session.scalar(select(func.count(public_counts().c.city_id)))


def cities():
    """(City, number of public practices) of members and of every city with a public case, by name."""
    counts = public_counts()
    return db.session.execute(
        select(City, func.coalesce(counts.c.cases, 0))
        .outerjoin(counts, counts.c.city_id == City.id)
        .where(City.is_member | (counts.c.cases > 0))
        .order_by(City.name)
    ).all()


def city_slugs():
    return [city.slug for city, _ in cities()]


def practices_of(city):
    """(practice, revision) of a city's public cases, newest first."""
    return db.session.execute(
        service.public().where(Practice.city_id == city.id).order_by(Practice.published_at.desc())
    ).all()


def versions(practice):
    """(revision, Decision or None) of every published or superseded revision, newest first."""
    return db.session.execute(
        select(Revision, Decision)
        .outerjoin(Review, Review.revision_id == Revision.id)
        .outerjoin(Decision, (Decision.review_id == Review.id) & (Decision.verdict == "approve"))
        .where(Revision.practice_id == practice.id, Revision.number.is_not(None))
        .where((Decision.id.is_not(None)) | (Review.id.is_(None)))
        .order_by(Revision.number.desc())
    ).all()


def public_titles():
    """(practice, title, when) of all public cases, for the sitemap; without their texts."""
    rows = db.session.execute(
        service.public().options(load_only(Revision.title, Revision.published_at)).order_by(Practice.id)
    )
    return [(practice, revision.title, revision.published_at) for practice, revision in rows]
