"""Yearly rates to the euro, from a file that an admin imports; the caller commits."""

import csv
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from babel.core import get_global
from sqlalchemy import select

from exchange.core import journal
from exchange.core.models import db, now
from exchange.taxonomy.models import Rate

COLUMNS = ("currency", "year", "per_euro", "source")
FIRST_YEAR, LAST_YEAR = 1800, 2100
LONGEST_SOURCE = 300
LEAST, MOST = Decimal("1e-9"), Decimal("1e15")


class BadRates(ValueError):
    """A line, or the whole file, makes no sense as rates; the message is for the person who imports."""


@dataclass(frozen=True)
class Line:
    currency: str
    year: int
    per_euro: str
    source: str


def known_currencies():
    """The codes of ISO 4217, of today and of the past."""
    return get_global("all_currencies")


def read_rates(file):
    """(lines, problems): what a CSV file with these columns says; a problem is (number of the line, words).

    Raises BadRates when the file has no such columns.
    """
    reader = csv.DictReader(file)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        lacking = ", ".join(missing)
        raise BadRates(f"its first line must name {', '.join(COLUMNS)}; it lacks {lacking}")
    lines, problems, seen = [], [], {}
    for row in reader:
        number = reader.line_num
        try:
            one = read_line(row)
            if earlier := seen.get((one.currency, one.year)):
                raise BadRates(f"{one.currency} of {one.year} stands in line {earlier} already")
        except BadRates as error:
            problems.append((number, str(error)))
        else:
            seen[one.currency, one.year] = number
            lines.append(one)
    return lines, problems


def read_line(row):
    told = {name: (row.get(name) or "").strip() for name in COLUMNS}
    currency = told["currency"].upper()
    if currency not in known_currencies():
        raise BadRates(f"'{told['currency']}' is no currency code")
    if currency == "EUR":
        raise BadRates("a euro is a euro in every year")
    if not told["year"].isdecimal() or not FIRST_YEAR <= int(told["year"]) <= LAST_YEAR:
        raise BadRates(f"'{told['year']}' is no year")
    if not told["source"]:
        raise BadRates("the source is missing")
    if len(told["source"]) > LONGEST_SOURCE:
        raise BadRates(f"the source is longer than {LONGEST_SOURCE} characters")
    return Line(currency, int(told["year"]), read_number(told["per_euro"]), told["source"])


def read_number(text):
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or not LEAST <= number <= MOST:
        raise BadRates(f"'{text}' is no number of units per euro, like 9.0985")
    return text


def import_rates(lines, by=None):
    """Store these lines; returns how many were {'new': …, 'changed': …, 'same': …}. Safe to repeat."""
    known = {(rate.currency, rate.year): rate for rate in all_rates()}
    counts = {"new": 0, "changed": 0, "same": 0}
    for line in lines:
        counts[put(line, known.get((line.currency, line.year)))] += 1
    if counts["new"] or counts["changed"]:
        db.session.flush()
        journal.record("import rates", "rates", by, news=False, **counts)
    return counts


def put(line, rate):
    if rate is None:
        db.session.add(Rate(**vars(line)))
        return "new"
    if (rate.per_euro, rate.source) == (line.per_euro, line.source):
        return "same"
    rate.per_euro, rate.source, rate.at = line.per_euro, line.source, now()
    return "changed"


def all_rates():
    return db.session.scalars(select(Rate).order_by(Rate.currency, Rate.year)).all()


def rates_of(pairs):
    """(currency, year) → Rate, of those of these pairs that were imported; one query."""
    pairs = {(currency, year) for currency, year in pairs if currency != "EUR"}
    if not pairs:
        return {}
    rows = db.session.scalars(
        select(Rate).where(
            Rate.currency.in_({currency for currency, _ in pairs}), Rate.year.in_({year for _, year in pairs})
        )
    )
    return {(rate.currency, rate.year): rate for rate in rows if (rate.currency, rate.year) in pairs}
