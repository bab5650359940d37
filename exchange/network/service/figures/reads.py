"""How often cases were read and taken away, as the people of their city and the public may know it."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import case, func, select

from exchange.core.models import db, now
from exchange.network.models.figures import ReadTotal

DAYS = 30  # that are shown one by one, today among them


@dataclass(frozen=True)
class Reads:
    """Of one case: in the last DAYS days, in this year, and since counting began."""

    month: int = 0
    year: int = 0
    ever: int = 0
    month_downloads: int = 0
    year_downloads: int = 0
    ever_downloads: int = 0


NONE = Reads()


def may_be_seen_by(user, practice):
    """The people of the city whose case it is, whoever writes on it, and moderators."""
    if not user.is_authenticated:
        return False
    of_city = practice.city_id is not None and user.is_of(practice.city_id)
    return of_city or practice.may_be_seen_by(user)


def of_cases(ids):
    """Practice id → Reads, of those that were ever read; one query for any number of cases."""
    if not ids:
        return {}
    today = now().date()
    first = (today - timedelta(days=DAYS - 1)).isoformat()
    rows = db.session.execute(
        select(
            ReadTotal.practice_id,
            ReadTotal.act,
            total(ReadTotal.period >= first),
            total(in_year(today.year)),
            func.sum(ReadTotal.number),
        )
        .where(ReadTotal.practice_id.in_(ids))
        .group_by(ReadTotal.practice_id, ReadTotal.act)
    )
    found = {}
    for practice_id, act, *numbers in rows:
        found.setdefault(practice_id, {})[act] = numbers
    return {
        one: Reads(*acts.get("read", (0, 0, 0)), *acts.get("download", (0, 0, 0)))
        for one, acts in found.items()
    }


def daily(practice):
    """[(day, reads, downloads)] of the last DAYS days of a case, today last; a day without any has zeros."""
    today = now().date()
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    rows = db.session.execute(
        select(ReadTotal.period, ReadTotal.act, ReadTotal.number).where(
            ReadTotal.practice_id == practice.id, ReadTotal.period.in_([day.isoformat() for day in days])
        )
    )
    numbers = {(period, act): number for period, act, number in rows}
    return [
        (day, numbers.get((day.isoformat(), "read"), 0), numbers.get((day.isoformat(), "download"), 0))
        for day in days
    ]


def in_that_year(ids, year):
    """Practice id → (reads, downloads) in a year."""
    if not ids:
        return {}
    rows = db.session.execute(
        select(ReadTotal.practice_id, ReadTotal.act, func.sum(ReadTotal.number))
        .where(ReadTotal.practice_id.in_(ids), in_year(year))
        .group_by(ReadTotal.practice_id, ReadTotal.act)
    )
    found = {}
    for practice_id, act, number in rows:
        found.setdefault(practice_id, {})[act] = number
    return {one: (acts.get("read", 0), acts.get("download", 0)) for one, acts in found.items()}


def by_year():
    """[(year, reads, downloads)] of all cases together, the first year first."""
    year = func.substr(ReadTotal.period, 1, 4)
    rows = db.session.execute(
        select(year, ReadTotal.act, func.sum(ReadTotal.number)).group_by(year, ReadTotal.act)
    )
    found = {}
    for period, act, number in rows:
        found.setdefault(int(period), {})[act] = number
    return [(one, acts.get("read", 0), acts.get("download", 0)) for one, acts in sorted(found.items())]


def in_year(year):
    """The condition that a total is of that year, or of a day of it."""
    return func.substr(ReadTotal.period, 1, 4) == str(year)


def total(condition):
    return func.coalesce(func.sum(case((condition, ReadTotal.number), else_=0)), 0)
