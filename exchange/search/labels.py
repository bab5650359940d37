"""The values of the facets in the reader's language and in the order in which they are read."""

from heapq import nlargest

from flask import current_app
from flask_babel import Locale, ngettext
from sqlalchemy import select

from exchange.accounts.models import City
from exchange.core.models import db
from exchange.practices import schema
from exchange.search.engine import Unusable, get_engine
from exchange.search.query import FacetValue
from exchange.taxonomy import service as taxonomy
from exchange.taxonomy.models import Tag

MOST_VALUES = {"tag": 30, "city": 50}  # of a facet that may have thousands


def labelled(name, counts, query, topics):
    """[FacetValue] of one facet with labels; of very many, those that most cases have and the chosen."""
    chosen = query.filters.get(name, ())
    if len(counts) > MOST_VALUES.get(name, len(counts)):
        most = nlargest(MOST_VALUES[name], counts, key=lambda value: (counts[value], value))
        counts = {
            value: counts[value] for value in dict.fromkeys([*most, *(c for c in chosen if c in counts)])
        }
    labels = LABELS[name](counts, query.language, topics)
    values = [FacetValue(value, count, labels.get(value) or value) for value, count in counts.items()]
    return sorted(values, key=FACET_ORDER[name](topics))


def known(facet, values, language, topics):
    """Value → name of those that the index and our lists have names for: no question to the database."""
    if facet in ("city", "tag"):
        return {value: name_in(texts, language) for value, texts in named(facet, values).items()}
    return LABELS[facet](values, language, topics)


def topic_labels(values, language, topics):
    return {slug: topics[slug].label(language) for slug in values if slug in topics}


def stage_labels(values, language, topics):
    return {value: str(schema.STAGES[value]) for value in values if value in schema.STAGES}


def region_labels(values, language, topics):
    return {code: taxonomy.region_name(code, language) for code in values}


def country_labels(values, language, topics):
    return {code: taxonomy.country_name(code, language) for code in values}


def city_labels(values, language, topics):
    found = {value: name_in(texts, language) for value, texts in named("city", values).items()}
    missing = [value for value in values if value not in found]
    cities = db.session.scalars(select(City).where(City.slug.in_(missing))) if missing else ()
    return {**found, **{city.slug: city.label(language) for city in cities}}


def name_in(texts, language):
    return texts.get(language) or texts.get("", "")


def named(facet, values):
    """Value → {language: name} as the index has them: no question to the database."""
    try:
        known = get_engine(current_app).labels(facet)
    except Unusable:
        return {}
    return {value: known[value] for value in values if value in known}


def goal_labels(values, language, topics):
    return {value: f"{value} {taxonomy.goal_name(value, language)}" for value in values if value.isdecimal()}


def language_labels(values, language, topics):
    known = Locale.parse(language).languages
    return {code: known[code][:1].upper() + known[code][1:] for code in values if code in known}


def tag_labels(values, language, topics):
    found = {value: name_in(texts, language) for value, texts in named("tag", values).items()}
    missing = [value for value in values if value not in found]
    tags = db.session.scalars(select(Tag).where(Tag.slug.in_(missing))) if missing else ()
    return {**found, **{tag.slug: tag.label for tag in tags}}


def adoption_labels(values, language, topics):
    numbers = {value: int(value) for value in values if value.isascii() and value.isdecimal()}
    return {
        value: ngettext("at least once", "at least %(num)s times", number)
        for value, number in numbers.items()
    }


def no_labels(values, language, topics):
    return {}


LABELS = {
    "topic": topic_labels,
    "stage": stage_labels,
    "region": region_labels,
    "country": country_labels,
    "city": city_labels,
    "sdg": goal_labels,
    "year": no_labels,
    "adoptions": adoption_labels,
    "language": language_labels,
    "tag": tag_labels,
}


def by_tree(topics):
    order = {slug: place for place, slug in enumerate(topics)}
    return lambda one: (order.get(one.value, len(order)), one.value)


def by_stage(_topics):
    order = {value: place for place, value in enumerate(schema.STAGES)}
    return lambda one: (order.get(one.value, len(order)), one.value)


def by_count(_topics):
    return lambda one: (-one.count, one.label.casefold(), one.value)


def by_number(_topics):
    return lambda one: (int(one.value) if one.value.isdecimal() else 99, one.value)


def latest_first(_topics):
    return lambda one: (-int(one.value) if one.value.isdecimal() else 0, one.value)


FACET_ORDER = {
    "topic": by_tree,
    "stage": by_stage,
    "region": by_count,
    "country": by_count,
    "city": by_count,
    "sdg": by_number,
    "year": latest_first,
    "adoptions": by_number,
    "language": by_count,
    "tag": by_count,
}
