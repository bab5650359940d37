"""Every name by which a value of a facet may be asked for, in whatever language, and every synonym."""

import hashlib

from sqlalchemy import select

from exchange.accounts.models import City
from exchange.search.query import Name
from exchange.taxonomy import service as taxonomy
from exchange.taxonomy.models import Synonym, Tag, Topic

GOALS_ARE_CALLED = ("SDG", "ODD", "ODS")  # in English and German, French, Spanish and its neighbours


def names(session):
    """All of them as a list of Name, in a lasting order; four queries, however many there are."""
    return [
        *named("topic", session.execute(topics())),
        *named("sdg", ((str(number), goal["names"]) for number, goal in taxonomy.goals().items())),
        *goals_by_number(),
        *named("country", ((code, one["names"]) for code, one in taxonomy.countries().items())),
        *named("region", ((code, one["names"]) for code, one in taxonomy.regions().items())),
        *cities(session),
        *tagged(session),
        *(Name(*row, synonym=True) for row in session.execute(synonyms())),
    ]


def fingerprint(names):
    """A short text that differs when the names do."""
    rows = [tuple(vars(name).values()) for name in names]
    return hashlib.blake2b(repr(rows).encode(), digest_size=12).hexdigest()


def named(facet, rows):
    """A Name for each (value, {language: name})."""
    for value, texts in rows:
        yield from (Name(facet, value, text, language) for language, text in sorted(texts.items()) if text)


def goals_by_number():
    """'SDG 11' and 'SDG11', as people of four languages say it."""
    for number in taxonomy.goals():
        for word in GOALS_ARE_CALLED:
            yield Name("sdg", str(number), f"{word} {number}", "")
            yield Name("sdg", str(number), f"{word}{number}", "")


def cities(session):
    """A city's own name belongs to no language; those that others call it by do."""
    for slug, name, texts in session.execute(select(City.slug, City.name, City.names).order_by(City.slug)):
        yield Name("city", slug, name, "")
        yield from named("city", [(slug, texts)])


def topics():
    """Those that were merged have handed their names over as synonyms."""
    return select(Topic.slug, Topic.names).where(Topic.merged_into_id.is_(None)).order_by(Topic.slug)


def tagged(session):
    standing = select(Tag.slug, Tag.label, Tag.names).where(Tag.merged_into.is_(None)).order_by(Tag.slug)
    for slug, label, texts in session.execute(standing):
        yield Name("tag", slug, label, "")
        yield from named("tag", [(slug, texts)])


def synonyms():
    return (
        select(Synonym.facet, Synonym.value, Synonym.text, Synonym.language)
        .where(Synonym.removed_at.is_(None))
        .order_by(Synonym.id)
    )
