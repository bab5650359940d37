"""A city's profile as readers get it: facts each with year and source, and its powers."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from exchange.core import i18n
from exchange.network.service.members.words import CLIMATES, INCOME_GROUPS, MATTERS


@dataclass(frozen=True)
class Fact:
    label: object
    words: str
    year: object = None
    source: str = ""


def facts_of(city):
    """The Facts that are known of a city; its density follows from two of them."""
    return [fact for fact in (population(city), told(city, "area"), density(city), *beside(city)) if fact]


def population(city):
    if city.population is None:
        return None
    people = i18n.number(city.population)
    return Fact(_l("Population"), people, city.population_year, city.population_source or "")


def density(city):
    area = known(city, "area")
    if not city.population or not isinstance(area, int | float) or area <= 0:
        return None
    return Fact(
        _l("Density"), _("%(number)s people per km²", number=i18n.number(round(city.population / area)))
    )


def beside(city):
    return [told(city, name) for name in ("income_group", "climate_class")]


def known(city, name):
    """The value of one of a city's facts, or None."""
    fact = (city.facts or {}).get(name)
    return fact.get("value") if isinstance(fact, dict) else None


def told(city, name):
    if known(city, name) is None:
        return None
    fact, (label, put) = city.facts[name], TOLD[name]
    return Fact(label, put(fact["value"]), fact.get("year"), fact.get("source") or "")


def climate_words(code):
    name = CLIMATES.get(code)
    return f"{name} ({code})" if name else str(code)


TOLD = {
    "area": (_l("Area"), lambda value: _("%(number)s km²", number=i18n.number(value))),
    "income_group": (_l("Country’s income"), lambda value: str(INCOME_GROUPS.get(value, value))),
    "climate_class": (_l("Climate"), climate_words),
}


def powers_of(city):
    """own, shared or none → the matters in words, in a lasting order."""
    found = {}
    for matter, words in MATTERS.items():
        if who := (city.competences or {}).get(matter):
            found.setdefault(who, []).append(str(words))
    return {who: ", ".join(matters) for who, matters in found.items()}
