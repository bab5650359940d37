"""Dates of which only the year, or the month, is known: '2014', '2017-11', '2017-11-03'. They count whole."""

from calendar import monthrange
from datetime import date, timedelta

from babel.dates import format_skeleton
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_

ONE_DAY = timedelta(days=1)
SKELETONS = {2: "yMMM", 3: "yMMMd"}  # each language puts dots and order its own way


def parts(partial):
    return [int(part) for part in partial.split("-")]


def first_day(partial):
    """The first day of the year, month or day."""
    return date(*(parts(partial) + [1, 1])[:3])


def last_day(partial):
    """The last day of the year, month or day."""
    year, *rest = parts(partial)
    if len(rest) == 2:
        return date(year, *rest)
    month = rest[0] if rest else 12
    return date(year, month, monthrange(year, month)[1])


def whole_day(text):
    """The date that '2019-06-01' names, between 1800 and 2100; None for anything else."""
    try:
        found = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    return found if found and 1800 <= found.year <= 2100 else None


def lasts(start, end, day):
    """Whether what goes from one partial date to another (None: still) lasts on a day."""
    return first_day(start) <= day and (end is None or day <= last_day(end))


def lasting(start, end, day):
    """The same as a condition on two columns: ISO dates order as texts, a beginning before the whole."""
    on = day.isoformat()
    return (start <= on) & or_(end.is_(None), end >= func.substr(on, 1, func.length(end)))


def moment(partial, end=False):
    """As years with fractions: where it begins – or, for an end, where the next day begins."""
    day = last_day(partial) + ONE_DAY if end else first_day(partial)
    new_year = date(day.year, 1, 1)
    return day.year + (day - new_year).days / (date(day.year + 1, 1, 1) - new_year).days


def in_words(start, end):
    """'Aug 2018 – Nov 2020', '2014', 'since 1991', in the reader's language."""
    if not end:
        return _l("since %(date)s", date=short(start))
    return short(start) if start == end else f"{short(start)} – {short(end)}"


def short(partial):
    """'2017-11' → 'Nov 2017' in the reader's language; a year stays a year."""
    known = parts(partial)
    if len(known) == 1:
        return partial
    return format_skeleton(SKELETONS[len(known)], first_day(partial), locale=get_locale() or "en")
