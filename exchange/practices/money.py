"""What a case cost: in its own money, per head of its city, and in euros where an imported rate allows it.

Nothing is converted silently: without a rate of that very year there are no euros; with one, its source is
named.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from exchange.taxonomy import service as taxonomy

MOST_DIGITS = 15
DIGITS_TOLD = 3  # a converted amount is no more exact than that


@dataclass(frozen=True)
class Cost:
    """One row of the costs. `euros`, `per_head` and `amount` are Decimals or None."""

    row: dict
    amount: Decimal | None = None
    per_head: Decimal | None = None  # in the row's own money
    euros: Decimal | None = None  # of the price year
    rate: object = None  # the Rate that was used


def costs_of(revision):
    """The costs of a revision as Cost rows, with one look at the rates."""
    rows = [row for row in revision.get("costs", []) if isinstance(row, dict)]
    rates = taxonomy.rates_of({key for row in rows if (key := key_of(row))})
    population = residents(revision.practice.city)
    return [cost_of(row, population, rates.get(key_of(row))) for row in rows]


def cost_of(row, population, rate):
    amount = amount_of(row)
    if amount is None:
        return Cost(row)
    return Cost(
        row,
        amount,
        per_head=amount / population if population and row.get("currency") else None,
        euros=told(amount / Decimal(rate.per_euro)) if rate else None,
        rate=rate,
    )


def amount_of(row):
    """The amount as a number; None for words and for what nobody could have paid."""
    try:
        number = Decimal("".join(str(row.get("amount") or "").split()))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < MOST_DIGITS else None


def key_of(row):
    """(currency, year) by which a rate is found, or None where the row does not say both."""
    currency, year = str(row.get("currency") or ""), str(row.get("price_year") or "")
    is_year = year.isascii() and year.isdecimal() and len(year) == 4
    return (currency, int(year)) if currency and is_year else None


def residents(city):
    """How many people a cost is divided by, or None where nobody knows, or knows of which year."""
    return city.population if city and city.population and city.population_year else None


def told(number):
    """Rounded to as many digits as a conversion deserves."""
    return number.quantize(Decimal(1).scaleb(max(number.adjusted() - DIGITS_TOLD + 1, -2)))
