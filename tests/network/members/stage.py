"""What the tests of members play with: Ines administers Porto, Cora is of the secretariat."""

from exchange.core.models import db
from exchange.network.models.members import TermOfOffice
from exchange.network.service.members import bringing, editing
from tests import cast

TERM = {
    "office": "president",
    "start": "2018-08",
    "end": "2020-11",
    "person": "Maria",
    "note": "",
    "source": "https://network.example/minutes",
}


def ines():
    return cast.person("Ines", city="porto", city_admin=True)


def cora():
    return cast.person("Cora", "coordinator")


def held(slug, office, start, end=None, **more):
    term = TermOfOffice(city=cast.find_city(slug), office=office, start=start, end=end, **more)
    db.session.add(term)
    db.session.flush()
    return term


def words_of(city, attributes, **changed):
    """As the verbs take them: what stands, with some of it changed."""
    return {**{name: getattr(city, name) for name in attributes}, **changed}


def change(city, by, note="", base=None, **changed):
    words = words_of(city, editing.PROFILE, **changed)
    return editing.change_profile(city, by, words, base or editing.base_of(city, editing.PROFILE), note)


def access(people):
    """Arguments for the addresses of members in the table of access."""
    term = held("porto", "president", "2018", "2020")
    one = {"slug": "porto", "term_id": term.id}
    return {
        **{f"network.{name}": one for name in ("city_office", "change_office", "remove_office")},
        "api.cities_list": {"ext": "csv"},
    }


def forms(args):
    """Fingerprints of what stands."""
    city = cast.find_city("porto")
    term = db.session.get(TermOfOffice, args["network.city_office"]["term_id"])
    return {
        "network.change_city": {"base": editing.base_of(city, editing.PROFILE)},
        "network.change_place": {"place-base": editing.base_of(city, bringing.PLACE)},
        "network.change_membership": {"base": editing.base_of(city, editing.MEMBERSHIP)},
        "network.change_office": {"term-base": editing.base_of(term, editing.TERM)},
    }
