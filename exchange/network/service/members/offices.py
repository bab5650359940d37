"""Offices of the network over time: who holds which on any day, and one city's as a timeline."""

from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from exchange.core import i18n
from exchange.core.models import db
from exchange.network.models.members import OFFICES, TermOfOffice
from exchange.network.service.members.partial import ONE_DAY, first_day, in_words, last_day, lasting, moment

OFFICE_NAMES = {
    "president": _l("President"),
    "acting-president": _l("Acting president"),
    "co-president": _l("Co-president"),
    "regional-vice-president": _l("Regional vice-president"),
    "secretary": _l("Secretary"),
    "treasurer": _l("Treasurer"),
}
KINDS = {"president": "president", "acting-president": "acting"}
PRESIDING = ("president", "acting-president")


def order(term):
    return OFFICES.index(term.office), term.start, term.end or "9", term.id or 0


def terms_of(city):
    """The terms of office of a city, by office and begin."""
    return sorted(db.session.scalars(select(TermOfOffice).where(TermOfOffice.city_id == city.id)), key=order)


def every_term():
    """All terms of all cities, by office and begin; the city comes along."""
    return sorted(db.session.scalars(select(TermOfOffice)), key=order)


def on_day(day):
    """The condition that a term lasts on a day."""
    return lasting(TermOfOffice.start, TermOfOffice.end, day)


def holders(day):
    """The terms that last on a day, by office and begin."""
    return sorted(db.session.scalars(select(TermOfOffice).where(on_day(day))), key=order)


def by_office(terms):
    """(office, its terms) of those offices that there are, the weightiest first."""
    found = {}
    for term in sorted(terms, key=order):
        found.setdefault(term.office, []).append(term)
    return list(found.items())


def turning_days(terms):
    """The days on which somebody takes up an office or has just left one, in their order."""
    begins = {first_day(term.start) for term in terms}
    ends = {last_day(term.end) + ONE_DAY for term in terms if term.end and last_day(term.end) < date.max}
    return sorted(begins | ends)


def neighbours(terms, day):
    """(the last day before, the first day after) on which other terms last than on this one, or None."""
    turns = turning_days(terms)
    begun = [turn for turn in turns if turn <= day]
    return begun[-1] - ONE_DAY if begun[1:] else None, next((turn for turn in turns if turn > day), None)


# Drawn


def timeline_of(city):
    """Rows for a drawn timeline: (office, [{start, end, text, kind}]), years with fractions; and its axis.

    None when the city never held an office nor is known to be a member since a date. An open end is None.
    An office held twice at once, or too closely for the words beside, has two rows.
    """
    rows = [(OFFICE_NAMES[office], map(drawn, terms)) for office, terms in by_office(terms_of(city))]
    if city.member_since:
        rows.append((_l("Member"), [membership(city)]))
    return framed(rows)


def presidents(terms):
    """The same of all cities that presided, each with its rows, in the order in which they first did."""
    found = {}
    for term in sorted((term for term in terms if term.office in PRESIDING), key=lambda term: term.start):
        found.setdefault((term.city_id, term.office), []).append(term)
    return framed([(named(held[0]), map(drawn, held)) for held in found.values()])


def named(term):
    city = term.city.label(i18n.language())
    return city if term.office == "president" else _l("%(city)s, acting", city=city)


def framed(rows):
    rows = [(label, list(terms)) for label, terms in rows]
    if not rows:
        return None
    first = min(term["start"] for _label, terms in rows for term in terms)
    ends = (int(term["end"] or term["start"]) for _label, terms in rows for term in terms)
    last = max(date.today().year, *ends)
    axis = int(first) // 5 * 5, last + 1
    return {"rows": [(label, lane) for label, terms in rows for lane in lanes(terms, axis)], "axis": axis}


def lanes(terms, axis):
    """Drawn terms in as few rows as hold them and their words side by side, each by its begin."""
    found = []
    for term in sorted(terms, key=lambda term: term["start"]):
        free = next((lane for lane in found if is_clear(lane[-1], term, axis)), None)
        if free is None:
            found.append([term])
        else:
            free.append(term)
    return found


def is_clear(term, later, axis):
    return term["end"] is not None and extent(term, axis)[1] <= extent(later, axis)[0]


def extent(term, axis):
    """From where to where, in per cent of the axis, a term and its words reach: as _parts.html draws them."""
    first, last = axis
    x = 100 * (term["start"] - first) / (last - first)
    end = 100 * ((term["end"] or last) - first) / (last - first)
    words = len(str(term["text"])) * 0.85 + 2
    if end - x > words:
        return x, end
    return (x - words, end) if x > 50 else (x, max(end, x + 0.6) + words)


def drawn(term):
    return {
        "start": moment(term.start),
        "end": moment(term.end, True) if term.end else None,
        "text": in_words(term.start, term.end),
        "kind": KINDS.get(term.office, "held"),
    }


def membership(city):
    return {
        "start": moment(city.member_since),
        "end": moment(city.member_until, True) if city.member_until else None,
        "text": in_words(city.member_since, city.member_until),
        "kind": "member",
    }
