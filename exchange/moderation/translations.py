"""What the desk knows of translations: which wait, for whom, and which public cases have none yet."""

from dataclasses import dataclass

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import lazyload

from exchange.accounts.models import User
from exchange.core.models import db
from exchange.practices import service as practices
from exchange.practices import translating
from exchange.practices.models import Practice, Revision, Translation

PAGE = 50
OFFERED = 6  # cases without a translation


@dataclass(frozen=True)
class Waiting:
    """A submitted translation with the public text that it was made from."""

    translation: Translation
    source: Revision
    is_own: bool  # words of this person may stand in it


def submitted(*columns):
    """`select` of what was submitted, beside the public text of its case."""
    return (
        select(*columns)
        .select_from(Translation)
        .join(Practice, Practice.id == Translation.practice_id)
        .join(Revision, (Revision.practice_id == Practice.id) & (Revision.state == "published"))
        .where(Translation.state == "submitted")
    )


def read_by(query, reads):
    """Only what goes from one of these languages into another of them; everything without any."""
    if not reads:
        return query
    return query.where(Translation.language.in_(reads), or_(*map(written_in, reads)))


def written_in(code):
    return or_(Revision.language == code, Revision.language.startswith(f"{code}-"))


def count(user):
    """How many wait that this person can judge."""
    return db.session.scalar(read_by(submitted(func.count()), user.reads))


def waiting(user, everything=False):
    """The oldest first; of all languages, or of those that this person reads."""
    query = read_by(submitted(Translation, Revision), () if everything else user.reads)
    query = query.options(lazyload(Revision.practice)).order_by(Translation.submitted_at, Translation.id)
    rows = db.session.execute(query.limit(PAGE)).all()
    return [Waiting(one, source, user.id in one.writers) for one, source in rows]


def wanting(language, reads, most=OFFERED):
    """(practice, revision) of the newest public cases in one of these languages that nobody has begun to
    say in another of them."""
    begun = exists().where(
        Translation.practice_id == Practice.id,
        Translation.language == language,
        Translation.state.in_(("draft", "submitted", "published")),
    )
    written = or_(*(written_in(code) for code in reads if code != language))
    query = practices.public().where(~begun, written)
    query = query.options(lazyload(Revision.practice), lazyload(Practice.authors))
    return db.session.execute(query.order_by(Practice.published_at.desc(), Practice.id).limit(most)).all()


def side_by_side(translation, source):
    """(unit, Match or None, what the public translation says or None) of each text, the title first."""
    older = translating.public(translation.practice, translation.language)
    before = translating.matches(translating.units(source), older.texts) if older else {}
    units = translating.units(source)
    now = translating.matches(units, translation.texts)
    return [(unit, now.get(unit.key), said(before.get(unit.key))) for unit in units]


def said(match):
    return match.entry["text"] if match else None


def names_of_writers(translation):
    """Who wrote on it, by name."""
    ids = translation.writers
    return db.session.scalars(select(User.name).where(User.id.in_(ids)).order_by(User.name)).all()
