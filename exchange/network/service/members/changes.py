"""What was changed about a city, in words for everybody."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from exchange.core.models import db
from exchange.network.models.members import CityChange
from exchange.network.service.members.offices import OFFICE_NAMES
from exchange.network.service.members.partial import in_words as span_in_words

SHOWN = 20
NAMES = {
    "name": _l("own name"),
    "names": _l("names in other languages"),
    "about": _l("description"),
    "languages": _l("languages"),
    "website": _l("web site"),
    "departments": _l("departments"),
    "competences": _l("powers"),
    "population": _l("population"),
    "population_year": _l("year of the population"),
    "population_source": _l("source of the population"),
    "facts": _l("facts"),
    "lat": _l("latitude"),
    "lon": _l("longitude"),
    "is_member": _l("membership"),
    "member_since": _l("joining date"),
    "member_until": _l("leaving date"),
    "membership_source": _l("source of the membership"),
}


def of_city(city, whole=False):
    """(the latest changes, or all of them, the newest first; whether there are older ones)."""
    mine = select(CityChange).where(CityChange.city_id == city.id)
    latest = mine.order_by(CityChange.at.desc(), CityChange.id.desc())
    found = db.session.scalars(latest if whole else latest.limit(SHOWN + 1)).all()
    return (found, False) if whole else (found[:SHOWN], len(found) > SHOWN)


def in_words(change):
    """'Changed: description, population'; people are not named."""
    if change.what == "city added":
        return _("Added to the exchange")
    if change.what in SENTENCES:
        office, start, end = change.details
        term = f"{OFFICE_NAMES.get(office, office)}, {span_in_words(start, end)}"
        return SENTENCES[change.what] % {"term": term}
    return _("Changed: %(names)s", names=", ".join(str(NAMES.get(name, name)) for name in change.details))


SENTENCES = {
    "office added": _l("Office recorded: %(term)s"),
    "office changed": _l("Office corrected: %(term)s"),
    "office removed": _l("Office taken out: %(term)s"),
}
