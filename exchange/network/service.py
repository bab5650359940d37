"""Offices of the network over time."""

from datetime import date

from flask_babel import format_date
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from exchange.core.models import db
from exchange.network.models import OFFICES, TermOfOffice

OFFICE_NAMES = {
    "president": _l("President"),
    "acting-president": _l("Acting president"),
    "co-president": _l("Co-president"),
    "regional-vice-president": _l("Regional vice-president"),
    "secretary": _l("Secretary"),
    "treasurer": _l("Treasurer"),
}
KINDS = {"president": "president", "acting-president": "acting"}


def terms_of(city):
    """The terms of office of a city, by office and begin."""
    found = db.session.scalars(select(TermOfOffice).where(TermOfOffice.city_id == city.id)).all()
    return sorted(found, key=lambda term: (OFFICES.index(term.office), term.start))


def timeline_of(city):
    """Rows for a drawn timeline: (office, [{start, end, text, kind}]), years with fractions; and its axis.

    None when the city never was a member. An open end is None.
    """
    rows = {}
    for term in terms_of(city):
        rows.setdefault(OFFICE_NAMES[term.office], []).append(drawn(term))
    if city.member_since:
        rows[_l("Member")] = [
            {
                "start": city.member_since,
                "end": city.member_until and city.member_until + 1,
                "text": in_words(str(city.member_since), city.member_until),
                "kind": "member",
            }
        ]
    if not rows:
        return None
    first = min(term["start"] for terms in rows.values() for term in terms)
    return {"rows": list(rows.items()), "axis": (int(first) // 5 * 5, date.today().year + 1)}


def drawn(term):
    return {
        "start": moment(term.start),
        "end": moment(term.end, True) if term.end else None,
        "text": in_words(term.start, term.end),
        "kind": KINDS.get(term.office, "held"),
    }


def moment(partial, end=False):
    """'2017-11' as years with fractions: the begin of the year, month or day – or, for an end, its end."""
    parts = [int(part) for part in partial.split("-")]
    year, month, day = (parts + [0, 0])[:3]
    if not month:
        return year + (1 if end else 0)
    return year + (month - 1 + (1 if end and not day else 0)) / 12 + (day / 365 if day else 0)


def in_words(start, end):
    if not end:
        return _l("since %(date)s", date=short(start))
    return f"{short(start)} – {short(str(end))}"


def short(partial):
    """'2017-11' → 'Nov 2017' in the reader's language; a year stays a year."""
    parts = [int(part) for part in partial.split("-")]
    return partial if len(parts) == 1 else format_date(date(*(parts + [1])[:3]), "MMM y")
