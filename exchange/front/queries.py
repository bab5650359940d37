"""What the gathering pages read from the database; each costs the same number of queries for 1 or 50 rows."""

from sqlalchemy import func, select

from exchange.accounts.models import City, User
from exchange.core.models import db
from exchange.moderation.models import Decision, Review
from exchange.practices import service
from exchange.practices.models import Practice, Revision
from exchange.search.indexing import lean


def newest(limit):
    """(practice, revision) of the latest public cases whose city is on the map: they have a cover."""
    latest = Practice.published_at.desc(), Practice.id.desc()
    # Said so that SQLite goes back from the latest one, and does not sort all that is public
    on_map = select(Practice.id).join(City).where(func.coalesce(Practice.visibility, "") == "public")
    on_map = on_map.where(Practice.published_at.is_not(None), City.lat.is_not(None))
    ids = on_map.order_by(*latest).limit(limit)
    return db.session.execute(lean(service.public()).where(Practice.id.in_(ids)).order_by(*latest)).all()


def public_counts():
    """Subquery: city_id, how many public practices."""
    return (
        select(Practice.city_id, func.count().label("cases"))
        .join(Revision, Revision.practice_id == Practice.id)
        .where(Practice.visibility == "public", Revision.state == "published")
        .group_by(Practice.city_id)
        .subquery()
    )


def places(counts):
    """(City, number of cases) of those of these cities (slug → number) that can be put on a map."""
    on_map = select(City).where(City.slug.in_(counts), City.lat.is_not(None)).order_by(City.slug)
    return [(city, counts[city.slug]) for city in db.session.scalars(on_map)]


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
    """Rows (public_id, title, published_at) of all public cases, for the sitemap; nothing else is read."""
    columns = Practice.public_id, Revision.title, Revision.published_at
    return db.session.execute(service.public().with_only_columns(*columns).order_by(Practice.id)).all()


def titles_of(subjects):
    """'practice:K7Q2MX' → (title, its language) of the latest text of each case among these subjects."""
    ids = [one.partition(":")[2] for one in subjects if one.startswith("practice:")]
    those = select(Practice.id).where(Practice.public_id.in_(ids))
    latest = (
        select(func.max(Revision.id)).where(Revision.practice_id.in_(those)).group_by(Revision.practice_id)
    )
    rows = db.session.execute(
        select(Practice.public_id, Revision.title, Revision.language)
        .join(Revision, Revision.practice_id == Practice.id)
        .where(Revision.id.in_(latest))
    )
    return {f"practice:{public_id}": (title, language) for public_id, title, language in rows}


def names_of(subjects):
    """'user:7' → the name of each person among these subjects."""
    ids = [int(one.partition(":")[2]) for one in subjects if one.startswith("user:")]
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {f"user:{user_id}": name for user_id, name in rows}
