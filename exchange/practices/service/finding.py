"""Cases and their revisions, found: what is public, whose they are, what they stand for."""

from sqlalchemy import func, select

from exchange.core.models import db
from exchange.practices.models import READABLE, WORKING, Author, Practice, Revision


def subject(practice):
    return f"practice:{practice.public_id}"


def working_revision(practice):
    """The draft, submission or approved text on its way, or None."""
    return db.session.scalar(
        select(Revision).where(Revision.practice_id == practice.id, Revision.state.in_(WORKING))
    )


def public_revision(practice):
    return db.session.scalar(
        select(Revision).where(Revision.practice_id == practice.id, Revision.state == "published")
    )


def shows(practice, medium):
    """Whether a text that everybody may read shows this file: the public one, or one that was it before."""
    return medium.id in public_files(practice)


def public_files(practice):
    """The ids of the files in every version that can be read now; the older ones stay public history."""
    if practice.visibility not in READABLE:
        return set()
    told = select(Revision.answers["media"], Revision.answers["documents"])
    rows = db.session.execute(
        told.where(Revision.practice_id == practice.id, Revision.state.in_(("published", "superseded")))
    )
    return {one.get("file") for row in rows for listed in row for one in listed or ()}


def revision_number(practice, number):
    """The published or superseded revision of that number, or None."""
    return db.session.scalar(
        select(Revision).where(Revision.practice_id == practice.id, Revision.number == number)
    )


def latest_revision(practice):
    return db.session.scalar(
        select(Revision).where(Revision.practice_id == practice.id).order_by(Revision.id.desc()).limit(1)
    )


def find(public_id):
    """The practice of that public id in whatever state, or None."""
    return db.session.scalar(select(Practice).where(Practice.public_id == public_id))


def find_all(public_ids):
    """The practices of these public ids in whatever state."""
    return db.session.scalars(select(Practice).where(Practice.public_id.in_(public_ids))).all()


def stands_for(practice):
    """The case at which the address of this one leads now: itself, unless it was merged, perhaps twice."""
    seen = {practice.id}
    while practice.merged_into_id and practice.merged_into_id not in seen:
        practice = db.session.get(Practice, practice.merged_into_id)
        seen.add(practice.id)
    return practice


def merged_into(practice):
    """The cases that lead to this one, directly or through others, the oldest merger first."""
    found, ids = [], {practice.id}
    while ids:
        rows = db.session.scalars(
            select(Practice).where(Practice.merged_into_id.in_(ids)).order_by(Practice.merged_at, Practice.id)
        ).all()
        found, ids = found + rows, {one.id for one in rows}
    return found


def public(among=None):
    """The one rule of who may be listed: `select` of public practices with their public revision.

    `among`: only those with these public ids. They are looked up by themselves, because SQLite would
    rather walk through all that is public than look for more than a few of them.
    """
    found = (
        select(Practice, Revision)
        .join(Revision, Revision.practice_id == Practice.id)
        .where(Practice.visibility == "public", Revision.state == "published")
    )
    if among is None:
        return found
    return found.where(Practice.id.in_(select(Practice.id).where(Practice.public_id.in_(among))))


def public_titles(public_ids):
    """Public id → (title, language) of those of these practices that are public now; one query."""
    if not public_ids:
        return {}
    columns = Practice.public_id, Revision.title, Revision.language
    rows = db.session.execute(public(public_ids).with_only_columns(*columns))
    return {public_id: (title, language) for public_id, title, language in rows}


def mine(user):
    """(practice, latest revision) of every case this person writes, newest first."""
    latest = select(func.max(Revision.id)).group_by(Revision.practice_id)
    return db.session.execute(
        select(Practice, Revision)
        .join(Revision, Revision.practice_id == Practice.id)
        .join(Author, Author.practice_id == Practice.id)
        .where(Author.user_id == user.id, Revision.id.in_(latest))
        .order_by(Revision.saved_at.desc())
    ).all()
