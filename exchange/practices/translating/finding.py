"""Translations, found: of whom, in which languages, which of them are public."""

from sqlalchemy import and_, select
from sqlalchemy.orm import lazyload

from exchange.config import LANGUAGES
from exchange.core.models import db
from exchange.practices.models import READABLE, Practice, Translation
from exchange.practices.translating.units import FIRST


def languages_for(revision):
    """The languages into which a text can be translated: those of the readers, but for its own."""
    return [code for code in LANGUAGES if code != revision.language.split("-")[0].lower()]


def find(translation_id):
    return db.session.get(Translation, translation_id)


def working(practice, language):
    """The draft or submission of a language, or None."""
    return one_of(practice, language, ("draft", "submitted"))


def public(practice, language):
    return one_of(practice, language, ("published",))


def one_of(practice, language, states):
    return db.session.scalar(
        select(Translation).where(
            Translation.practice_id == practice.id,
            Translation.language == language,
            Translation.state.in_(states),
        )
    )


def latest(practice):
    """Language → the latest row of each; a draft comes after what is public."""
    rows = db.session.scalars(
        select(Translation).where(Translation.practice_id == practice.id).order_by(Translation.id)
    )
    return {row.language: row for row in rows}


def public_of(practice_ids, language=None, session=None):
    """The public Translations of these practices; one query, whatever their number."""
    if not practice_ids:
        return []
    query = select(Translation).where(
        Translation.practice_id.in_(practice_ids), Translation.state == "published"
    )
    if language:
        query = query.where(Translation.language == language)
    query = query.options(lazyload(Translation.practice)).order_by(Translation.language)
    return (session or db.session).scalars(query).all()


def with_titles(public, language):
    """The select of public cases (see `service.public`) with one column more: `told`, the title as that
    language tells it, or None. `title_of` reads it."""
    said = Translation.texts[("title", "text")].as_string().label("told")
    there = and_(
        Translation.practice_id == Practice.id,
        Translation.language == language,
        Translation.state == "published",
    )
    return public.add_columns(said).outerjoin(Translation, there)


def title_of(row, language):
    """(title, its language) of a row of `with_titles`, as readers of that language get it."""
    is_told = row.told and not is_written_in(row, language)
    return (row.told, language) if is_told else (row.title, row.language)


def is_written_in(revision, language):
    return language == revision.language.split("-")[0].lower()


def first_words(practice_ids, session=None):
    """Practice id → {language: {'title', 'summary'}} of what is public; one query, without other texts."""
    columns = {key: Translation.texts[(key, "text")].as_string().label(key) for key in FIRST}
    query = (
        select(Translation.practice_id, Translation.language, *columns.values())
        .where(Translation.practice_id.in_(practice_ids), Translation.state == "published")
        .order_by(Translation.language)
    )
    found = {}
    for row in (session or db.session).execute(query) if practice_ids else ():
        told = {key: text for key in FIRST if (text := getattr(row, key))}
        found.setdefault(row.practice_id, {})[row.language] = told
    return found


def texts_of_translations(practice):
    """Language → {place: text} of what is public, or about to be; for those who clear texts."""
    rows = db.session.scalars(
        select(Translation)
        .where(Translation.practice_id == practice.id, Translation.state.in_(("submitted", "published")))
        .order_by(Translation.state, Translation.id)  # what is submitted takes the place of what is public
    ).all()
    told = sorted(rows, key=lambda row: row.state == "submitted")
    return {row.language: {key: entry["text"] for key, entry in row.texts.items()} for row in told}


def may_translate(practice, user):
    """Whoever writes the case, people of its city, and moderators, once it can be read by everyone."""
    if not user.is_authenticated or practice.visibility not in READABLE:
        return False
    of_city = practice.city_id is not None and user.is_of(practice.city_id)
    return bool(practice.may_be_edited_by(user) or of_city or user.is_moderator)
