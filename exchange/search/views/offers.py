"""What the box offers while somebody types: topics, places, tags and goals by name, and cases by their title.

The engine proposes. What is shown has names from its vocabulary, of values that a public case has, and titles
that the database has for cases that are public now.
"""

import re
from dataclasses import dataclass

from flask import current_app, url_for
from flask_babel import format_decimal, ngettext
from flask_babel import lazy_gettext as _l

from exchange.accounts.models import City
from exchange.core.i18n import in_language
from exchange.core.models import db
from exchange.practices import service as practices
from exchange.practices import translating
from exchange.practices.models import Practice, Revision
from exchange.search import labels, service
from exchange.search.engine import Unusable, get_engine
from exchange.search.words import analysis, parser
from exchange.taxonomy import service as taxonomy

MOST_NAMES, MOST_CASES = 5, 5
LOOKED_AT = 20  # of what the engine proposes
LIKE = 4  # letters at the beginning of a word by which its forms are known
LONGEST = 80  # characters that are looked at
MOST_WORDS = 6
FIELD = re.compile(rf"\b(?:{parser.NAMED}):", re.IGNORECASE)
GROUPS = {  # in the order in which they are read
    "topic": _l("Topics"),
    "city": _l("Cities"),
    "country": _l("Countries"),
    "tag": _l("Tags"),
    "sdg": _l("Goals"),
    "case": _l("Practices"),
}
CALLED = {"sdg": "goal"}  # kinds that machines know by another name
PAGES = {"topic": "front.topic", "city": "front.city"}  # of those that have one


@dataclass(frozen=True)
class Offer:
    kind: str  # one of GROUPS
    label: str
    path: str
    count: int | None = None  # of cases that have it
    note: str = ""  # the count in words, or where a case comes from
    language: str = ""  # of the label, where it may differ from the reader's


def while_typing(typed, language):
    """The Offers for a beginning, names before cases; [] while the engine is away."""
    beginning = begun(typed)
    matches, hits, translated = proposed(beginning, language)
    names = as_typed_first(named(matches, language), beginning)
    return [*names[:MOST_NAMES], *titled(hits[:MOST_CASES], translated, beginning, language)]


def instead(answer):
    """Offers of names for an answer that found nothing: what single words of the question may be about."""
    typed = [part.text for part in parser.sought(answer.reading.tree) if not isinstance(part, parser.Phrase)]
    found = {}
    for text in [answer.results.suggestion or "", *typed][:MOST_WORDS]:
        matches, *_hits = proposed(begun(text), answer.query.language)
        found.update({match[:2]: match for match in matches[:2]})
    return named(list(found.values())[:MOST_NAMES], answer.query.language)


def in_groups(offers):
    """[(kind, title, its Offers)], the kinds in reading order."""
    kinds = {offer.kind for offer in offers}
    return [
        (kind, title, [offer for offer in offers if offer.kind == kind])
        for kind, title in GROUPS.items()
        if kind in kinds
    ]


def begun(typed):
    """What is looked at of a typed text: the word that is being typed, and the telling ones before it."""
    words = analysis.WORD.findall(FIELD.sub(" ", typed[:LONGEST]))
    before = [word for word in words[:-1] if analysis.fold(word) not in analysis.STOP_WORDS]
    return " ".join([*before[: MOST_WORDS - 1], *words[-1:]])


def proposed(beginning, language):
    if not beginning:
        return [], [], []
    try:
        return get_engine(current_app).suggest(beginning, language, service.hidden_ids(), LOOKED_AT)
    except Unusable:
        return [], [], []


def as_typed_first(offers, beginning):
    """In the same order, but first those whose name shows why: others are called so elsewhere."""
    start = analysis.fold(beginning.rpartition(" ")[2])
    shows = {one: any(word.startswith(start) for word in analysis.terms(one.label)) for one in offers}
    return sorted(offers, key=lambda one: not shows[one])


def named(matches, language):
    """Offers of facet values, in their order; one without a name is left out."""
    names = {facet: names_of(facet, matches, language) for facet in {match[0] for match in matches}}
    return [
        Offer(facet, names[facet][value], path_of(facet, value), count, in_words(count))
        for facet, value, count in matches
        if names[facet].get(value)
    ]


def names_of(facet, matches, language):
    values = [value for name, value, _count in matches if name == facet]
    if facet != "topic":
        return labels.known(facet, values, language, {})
    return {value: in_language(texts, language) for value, texts in labels.named(facet, values).items()}


def path_of(facet, value):
    """The page of a value, or the search for it."""
    if facet in PAGES:
        return url_for(PAGES[facet], slug=value)
    return url_for("search.practices", **{facet: value})


def in_words(count):
    return ngettext("%(number)s practice", "%(number)s practices", count, number=format_decimal(count))


def titled(hits, translated, beginning, language):
    """Offers of the hits that are public at this moment, then of those whose translated title shows what was
    typed; one query for all."""
    ids = [hit.public_id for hit in hits]
    others = [hit.public_id for hit in translated if hit.public_id not in ids]
    rows = db.session.execute(public_titles([*ids, *others], language)) if ids or others else ()
    found = {row.public_id: of_case(row, language) for row in rows}
    shown = [one for one in others if one in found and shows(found[one].label, beginning)]
    return [found[one] for one in [*ids, *shown][:MOST_CASES] if one in found]


def shows(title, beginning):
    """Whether a title has the words that were typed, perhaps in other forms; the last one may only begin."""
    words = analysis.terms(title)
    *before, last = analysis.terms(beginning) or [""]
    begins = any(word.startswith(last) for word in words)
    return begins and all(any(word[:LIKE] == one[:LIKE] for word in words) for one in before)


def public_titles(public_ids, language):
    """The select of what an Offer tells of these cases, without their texts."""
    columns = Practice.public_id, Practice.country, Revision.title, Revision.language, City.name, City.names
    public = practices.public(public_ids).with_only_columns(*columns)
    public = translating.with_titles(public, language)
    return public.outerjoin(City, City.id == Practice.city_id)


def of_case(row, language):
    where = (row.names or {}).get(language) or row.name or taxonomy.country_name(row.country, language)
    path = practices.path_of(row, row.title)
    title, written = translating.title_of(row, language)
    return Offer("case", title, path, note=where, language=written)
