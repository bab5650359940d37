"""Would it work here? Facts side by side, the power, the cost per head, the conditions a city has."""

import pytest

from exchange.accounts.models import City
from exchange.core.models import db
from exchange.network.models.ledger import ConditionTick
from exchange.network.service.ledger import fitting
from exchange.practices import service as practices
from exchange.practices.service import NotAllowed
from exchange.search import likeness
from exchange.taxonomy import service as taxonomy
from tests import cast
from tests.network.ledger.stage import otto

COST = [
    {"kind": "setup", "item": "Assemblies", "amount": "2300000", "currency": "EUR", "price_year": "2015"},
    {"kind": "yearly", "item": "Staff", "amount": "a few posts", "currency": "EUR"},
]


@pytest.fixture
def scene(app):
    """(Ana's case of Porto, Wien with facts, Otto of Wien)."""
    with app.app_context():
        ana, bruno, visitor = cast.ana(), cast.bruno(), otto()
        facts(cast.find_city("porto"), 230_000, 41.4, "high", "Csb")
        facts(cast.find_city("wien"), 1_150_000, 414, "high", "Cfb", transport="own", housing="shared")
        practice = cast.published(ana, bruno, topics=["rent-regulation", "cycling"], costs=COST)
        yield practice, cast.find_city("wien"), visitor


def facts(city, people, area, income, climate, **competences):
    city.population, city.population_year, city.population_source = people, 2024, "A count"
    told = {"area": area, "income_group": income, "climate_class": climate}
    city.facts = {name: {"value": value, "year": 2023, "source": "A table"} for name, value in told.items()}
    city.competences = competences
    db.session.flush()


def fit(practice, city, ticked=()):
    revision, tree = practices.public_revision(practice), taxonomy.topics()
    topics = [tree[slug] for slug in revision.get("topics")]
    return fitting.fit(practice, revision, city, topics, ticked)


def test_facts_of_both_stand_side_by_side_with_year_and_source(scene):
    found = fit(*scene[:2])
    assert found.ratio == 5 and found.population.here["year"] == 2024
    assert (found.density.there["value"], found.density.here["value"]) == (5556, 2778)
    assert (found.income.here["value"], found.climate.there["value"]) == ("high", "Csb")


def test_the_power_is_that_of_the_first_topic_which_needs_one(scene):
    practice, wien, _otto = scene
    found = fit(practice, wien)
    assert (found.needs, found.matter, found.holds, found.power) == ("city", "housing", "shared", "partly")
    wien.competences = {"housing": "none"}
    assert fit(practice, wien).power == "lacks"
    wien.competences = {}
    assert fit(practice, wien).power == "", "nobody has told"


def test_a_cost_is_told_per_head_in_its_own_money_and_words_are_no_cost(scene):
    (cost,) = fit(*scene[:2]).costs
    assert (cost.per_head, cost.row["currency"], cost.row["price_year"]) == (10, "EUR", "2015")


def test_a_city_of_which_nothing_is_known_gets_no_verdict(scene):
    nowhere = City(slug="nowhere", name="Nowhere", country="PT")
    db.session.add(nowhere)
    db.session.flush()
    found = fit(scene[0], nowhere)
    pairs = found.population, found.density, found.income, found.climate
    assert not any(pair.is_known for pair in pairs) and found.ratio is None and found.power == ""


def test_conditions_that_a_city_has_are_kept_for_it_once(scene):
    practice, wien, visitor = scene
    revision = practices.public_revision(practice)
    (condition,) = fitting.conditions_of(revision)
    assert fitting.keep_ticks(practice, revision, wien, [condition.key, "made up"], visitor)
    assert not fitting.keep_ticks(practice, revision, wien, [condition.key], visitor)
    assert fit(practice, wien, fitting.ticks_of(wien, practice)).open == 0
    assert db.session.query(ConditionTick).count() == 1
    fitting.keep_ticks(practice, revision, wien, [], visitor)
    assert fit(practice, wien, fitting.ticks_of(wien, practice)).open == 1


def test_only_people_of_a_city_say_what_it_has(scene):
    practice, wien, _otto = scene
    with pytest.raises(NotAllowed):
        fitting.keep_ticks(practice, practices.public_revision(practice), wien, [], cast.chloe())


def test_income_density_and_climate_tell_cities_apart_that_are_alike_in_size():
    def town(**told):
        facts = {name: {"value": value} for name, value in told.items()}
        return City(country="PT", population=230_000, facts=facts)

    here = town(income_group="high", climate_class="Csb", area=41)
    like = [
        likeness.likeness(here, other)
        for other in (here, town(income_group="upper-middle"), town(income_group="low", climate_class="Aw"))
    ]
    assert like[0] == 1 and like == sorted(like, reverse=True) and like[2] < like[1] < 1
    assert likeness.likeness(here, town()) == 1, "what nobody has told counts for nothing"
    assert likeness.in_climate(here, town(climate_class="Cfb")) == 0.5
