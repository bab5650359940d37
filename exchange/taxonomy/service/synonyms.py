"""Synonyms: other words by which readers ask for a topic, a goal, a country, a city or a tag.

A vocabulary is a dictionary (facet, value) → {language: name}. This room knows no cities: whoever
knows them hands in a vocabulary with them.
"""

import re
import unicodedata
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from exchange.core import journal
from exchange.core.forms import tidy
from exchange.core.models import db, now
from exchange.taxonomy.models import NAMED, Synonym
from exchange.taxonomy.service.facts import countries, goals, regions
from exchange.taxonomy.service.words import tags, topics

CHANGED, SUBJECT = "vocabulary changed", "vocabulary"
LONGEST_SYNONYM = 80
LANGUAGE = re.compile(r"[a-z]{2,3}|")
ACCENTS = re.compile("[\u0300-\u036f]")


class SynonymRefused(ValueError):
    """The word is not taken as a synonym; nothing was changed."""


class NoSynonym(SynonymRefused):
    """Too long, without a letter or digit, of no language, or of a thing that is not there."""


class KnownAlready(SynonymRefused):
    """It finds this value already, by name or as a synonym."""


class MeansAnother(SynonymRefused):
    """It is a word for other values, and nobody said that readers mean both. `others`: (facet, value)."""

    def __init__(self, others):
        super().__init__(others)
        self.others = others


def names():
    """The vocabulary of this room: (facet, value) → {language: name}; tags have a name of no language."""
    found = {("topic", slug): topic.names for slug, topic in topics().items() if topic.stands}
    found |= {("sdg", str(number)): goal["names"] for number, goal in goals().items()}
    found |= {("country", code): country["names"] for code, country in countries().items()}
    found |= {("region", code): region["names"] for code, region in regions().items()}
    return found | {("tag", slug): tag.texts for slug, tag in tags().items() if tag.stands}


def synonyms(facet=None):
    """The synonyms that stand, as people read them: by value, language and text."""
    query = select(Synonym).where(Synonym.removed_at.is_(None))
    if facet:
        query = query.where(Synonym.facet == facet)
    return db.session.scalars(query.order_by(Synonym.value, Synonym.language, Synonym.folded)).all()


def find_synonym(id):
    return db.session.get(Synonym, id)


def add_synonym(facet, value, text, language, by, known=None, means_both=False):
    """Whoever asks for this text now finds the cases that have the value; returns the Synonym.

    `known` is the vocabulary, for cities to be in it. Raises SynonymRefused. `means_both`: a word of
    another value, too, and readers who ask for it are shown the cases of both.
    """
    one = add_quietly(facet, value, text, language, by, known, means_both)
    journal.record(CHANGED, SUBJECT, by, facet=facet, value=value, language=language, added=one.text)
    return one


def add_quietly(facet, value, text, language, by, known=None, means_both=False):
    """The same as a part of another act, which writes the audit's line."""
    known = names() if known is None else known
    text = " ".join(tidy(text).split())
    check(facet, value, text, language, known)
    if (others := others_called(text, facet, value, known)) and not means_both:
        raise MeansAnother(others)
    return put(facet, value, text, language, by)


def remove_synonym(synonym, by):
    """Afterwards the word finds the value no more; the row stays, to be remembered."""
    if synonym.removed_at:
        return
    synonym.removed_at, synonym.removed_by_id = now(), by.id
    db.session.flush()
    about = {"facet": synonym.facet, "value": synonym.value, "language": synonym.language}
    journal.record(CHANGED, SUBJECT, by, **about, removed=synonym.text)


def check(facet, value, text, language, known):
    is_word = 0 < len(text) <= LONGEST_SYNONYM and any(char.isalnum() for char in text)
    if not is_word or not LANGUAGE.fullmatch(language):
        raise NoSynonym(text)
    if facet not in NAMED or (facet, value) not in known:
        raise NoSynonym(value)
    if folded(text) in map(folded, known[facet, value].values()):
        raise KnownAlready(text)


def others_called(text, facet, value, known):
    """The (facet, value) of everything else that has this name or synonym, in whatever language."""
    sought = folded(text)
    named = [key for key, texts in known.items() if sought in map(folded, texts.values())]
    rows = db.session.execute(
        select(Synonym.facet, Synonym.value).where(Synonym.folded == sought, Synonym.removed_at.is_(None))
    )
    found = dict.fromkeys([*named, *(tuple(row) for row in rows)])
    return [key for key in found if key != (facet, value) and key in known]


def put(facet, value, text, language, by):
    """The row of a synonym, new or brought back; KnownAlready if it stands, even since a moment ago."""
    key = {"facet": facet, "value": value, "language": language, "folded": folded(text)}
    one = db.session.scalar(select(Synonym).filter_by(**key)) or Synonym(**key)
    if one.id and one.removed_at is None:
        raise KnownAlready(text)
    one.text, one.added_at, one.added_by_id = text, now(), by.id
    one.removed_at = one.removed_by_id = None
    try:
        with db.session.begin_nested():
            db.session.add(one)
    except IntegrityError as error:
        raise KnownAlready(text) from error
    return one


@lru_cache(maxsize=10_000)
def folded(text):
    """The text as it is compared: without case, accents and double spaces."""
    bare = ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return " ".join(unicodedata.normalize("NFC", bare).split())
