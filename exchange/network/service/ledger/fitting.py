"""Would it work here? What of a case differs in another city, and what that city must have.

Nothing is judged where a fact is missing: an unknown stays unknown.
"""

from dataclasses import dataclass

from sqlalchemy import delete, select

from exchange.accounts.models import City
from exchange.core import journal
from exchange.core.models import db
from exchange.network.models.ledger import ConditionTick
from exchange.practices import money
from exchange.practices.models import READABLE
from exchange.practices.service import NotAllowed, fingerprint, subject
from exchange.search import likeness

POWERS = {  # topic, or its root → the matter of a city's competences that it needs
    "housing": "housing",
    "mobility": "transport",
    "rent-regulation": "housing",
    "inclusionary-zoning": "land_use",
    "land-value-capture": "tax",
    "settlement-upgrading": "land_use",
    "pricing": "transport",
}
MATTERS = ("housing", "transport", "land_use", "tax")


@dataclass(frozen=True)
class Pair:
    """One fact of both cities: {value, year, source} each, or None where nobody has told it."""

    there: dict | None
    here: dict | None

    @property
    def is_known(self):
        return bool(self.there and self.here)


@dataclass(frozen=True)
class Condition:
    key: str
    row: dict
    is_ticked: bool


@dataclass(frozen=True)
class Fit:
    """A case held against a city; numbers are plain, words are the template's."""

    city: City
    origin: City | None
    population: Pair
    density: Pair
    income: Pair
    climate: Pair
    likeness: float | None  # 0 to 1
    needs: str  # who must hold the power: city, shared, higher, or ''
    matter: str  # of which: one of MATTERS, or ''
    holds: str  # what the city says of that matter: own, shared, none, or ''
    costs: list  # of money.Cost that could be divided by heads
    conditions: list  # of Condition: what another city must have

    @property
    def ratio(self):
        """How many times as large the city is as the origin; None where a population is unknown."""
        if not self.population.is_known:
            return None
        return self.population.here["value"] / self.population.there["value"]

    @property
    def power(self):
        """'fits', 'partly', 'lacks', or '' where that is not known."""
        if not (self.needs and self.holds):
            return ""
        return POWER_FITS.get((self.needs, self.holds), "partly")

    def scaled(self, cost):
        """What a cost would be at the same amount per head, rounded as a guess deserves."""
        return money.told(cost.per_head * self.population.here["value"])

    @property
    def open(self):
        return sum(not one.is_ticked for one in self.conditions)


POWER_FITS = {
    ("city", "own"): "fits",
    ("city", "shared"): "partly",
    ("city", "none"): "lacks",
    ("shared", "own"): "fits",
    ("shared", "shared"): "fits",
    ("shared", "none"): "lacks",
}


def fit(practice, revision, city, topics, ticked=()):
    """The Fit of a case for a city; `topics` are the case's own, `ticked` the keys of conditions it has."""
    origin = practice.city
    needs, matter = revision.get("competence_needed"), matter_of(topics)
    return Fit(
        city=city,
        origin=origin,
        population=Pair(population_of(origin), population_of(city)),
        density=Pair(density_of(origin), density_of(city)),
        income=Pair(fact_of(origin, "income_group"), fact_of(city, "income_group")),
        climate=Pair(fact_of(origin, "climate_class"), fact_of(city, "climate_class")),
        likeness=likeness.likeness(origin, city) if origin else None,
        needs=needs,
        matter=matter,
        holds=(city.competences or {}).get(matter, ""),
        costs=[one for one in money.costs_of(revision) if one.per_head is not None],
        conditions=conditions_of(revision, ticked),
    )


def matter_of(topics):
    """The matter that the first topic which has one needs, or ''."""
    named = (POWERS.get(topic.slug) or POWERS.get(topic.root) for topic in topics)
    return next((matter for matter in named if matter), "")


def population_of(city):
    if city is None or not city.population:
        return None
    return {"value": city.population, "year": city.population_year, "source": city.population_source}


def density_of(city):
    """People to a square kilometre, with year and source of the population."""
    known = likeness.density(city) if city else None
    return {**population_of(city), "value": round(known)} if known else None


def fact_of(city, name):
    told = (city.facts or {}).get(name) if city else None
    return told if isinstance(told, dict) and told.get("value") not in (None, "") else None


def conditions_of(revision, ticked=()):
    """What a case says that another city must have."""
    rows = [row for row in revision.get("transfer_conditions", []) if isinstance(row, dict)]
    must = ((key_of(row), row) for row in rows if row.get("firmness") == "must")
    return [Condition(key, row, key in ticked) for key, row in must]


def key_of(row):
    """The same as long as the condition reads the same in the case's own words."""
    row = getattr(row, "written", row)
    return fingerprint(row.get("condition") or "")[:12]


# What a city has, kept


def ticks_of(city, practice):
    """The keys of the conditions that a city has, as its people ticked them."""
    mine = ConditionTick.city_id == city.id, ConditionTick.practice_id == practice.id
    return set(db.session.scalars(select(ConditionTick.key).where(*mine)))


def keep_ticks(practice, revision, city, keys, by):
    """The city has these of the case's conditions, and not the others; returns whether anything changed."""
    db.session.refresh(city, ["id"], with_for_update=True)
    if not by.is_of(city.id) or practice.visibility not in READABLE:
        raise NotAllowed("people of a city say what it has")
    wanted = {one.key for one in conditions_of(revision)} & set(keys)
    known = ticks_of(city, practice)
    if wanted == known:
        return False
    mine = ConditionTick.city_id == city.id, ConditionTick.practice_id == practice.id
    db.session.execute(delete(ConditionTick).where(*mine, ConditionTick.key.in_(known - wanted)))
    db.session.add_all(
        ConditionTick(city_id=city.id, practice_id=practice.id, key=key, by_id=by.id)
        for key in wanted - known
    )
    journal.record("tick conditions", subject(practice), by, news=False, city=city.slug, keys=sorted(wanted))
    return True
