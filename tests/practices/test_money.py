"""Costs: in their own money, per head of a city whose people were counted, in euros by a rate alone."""

from decimal import Decimal

import pytest

from exchange.core.models import db
from exchange.practices import money
from exchange.taxonomy.models import Rate
from tests import cast

COST = {"kind": "setup", "item": "Ground works", "amount": "1820000", "currency": "SEK", "price_year": "2006"}


@pytest.fixture
def told(app):
    """A case of Porto with 910,000 residents, and the function that tells its costs."""
    with app.app_context():
        city = cast.find_city("porto")
        city.population, city.population_year = 910_000, 2006
        revision = cast.draft(cast.ana())

        def tell(*rows):
            revision.answers = {**revision.answers, "costs": list(rows)}
            return money.costs_of(revision)

        tell.city = city
        yield tell


def rate(**changes):
    db.session.add(Rate(**{"currency": "SEK", "year": 2006, "per_euro": "9.1", "source": "ECB", **changes}))
    db.session.flush()


def test_a_cost_is_shown_per_head_in_its_own_money(told):
    (cost,) = told(COST)
    assert (cost.amount, cost.per_head) == (Decimal(1820000), Decimal(2))


def test_nothing_is_converted_without_a_rate_of_that_very_year(told):
    rate(year=2007)
    rate(currency="DKK")
    (cost,) = told(COST)
    assert cost.euros is None and cost.rate is None


def test_with_a_rate_the_euros_of_that_year_stand_beside_it_with_their_source(told):
    rate()
    (cost,) = told(COST)
    assert cost.euros == 200_000 and cost.rate.source == "ECB"


def test_each_cost_has_the_rate_of_its_own_year_or_none(told):
    rate()
    first, second = told(COST, {**COST, "price_year": "2010"})
    assert first.euros == 200_000 and second.euros is None and second.rate is None


def test_a_converted_amount_claims_no_more_digits_than_it_has(told):
    rate(per_euro="9.2544")
    (cost,) = told(COST)
    assert cost.euros == 197_000
    (small,) = told({**COST, "amount": "100"})
    assert small.euros == Decimal("10.8")


def test_euros_need_no_rate_and_get_none(told):
    (cost,) = told({**COST, "currency": "EUR"})
    assert cost.euros is None and cost.per_head == 2


@pytest.mark.parametrize("changes", [{"population": None}, {"population_year": None}, {"population": 0}])
def test_nobody_is_divided_by_who_was_not_counted_in_a_known_year(told, changes):
    for name, value in changes.items():
        setattr(told.city, name, value)
    assert told(COST)[0].per_head is None


@pytest.mark.parametrize("amount", ["", None, "about a million", "1e999999", "NaN"])
def test_words_and_wonders_are_no_amounts(told, amount):
    rate()
    (cost,) = told({**COST, "amount": amount})
    assert cost.amount is cost.per_head is cost.euros is None


@pytest.mark.parametrize("year", ["", "soon", "06", "20061", "２００６"])
def test_a_year_that_is_none_finds_no_rate(told, year):
    rate()
    assert told({**COST, "price_year": year})[0].euros is None


def test_without_a_currency_there_is_no_money_per_head(told):
    assert told({**COST, "currency": ""})[0].per_head is None
