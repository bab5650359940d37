"""Members for machines: the directory as CSV and JSON, a city's profile, the offices on a day."""

import json

from flask import Response, abort, request

from exchange.accounts import service as accounts
from exchange.api.facts import absolute
from exchange.api.views import api
from exchange.core import i18n
from exchange.core.cells import BOM, line_writer
from exchange.core.models import now
from exchange.network.service.members import directory, offices, partial
from exchange.taxonomy import service as taxonomy

COLUMNS = (
    *("slug", "name", "own_name", "country", "country_name", "region", "population", "population_year"),
    *("languages", "is_member", "member_since", "member_until", "offices", "practices", "lat", "lon", "url"),
)


@api.get("/cities.<any(csv,json):ext>")
def cities_list(ext):
    """The whole directory by the same arguments as its page; nothing is left to other pages."""
    answer = directory.find(directory.Wish.from_args(request.args))
    items = [item(entry) for entry in answer.entries]
    if ext == "json":
        return answered({"total": answer.total, "items": items})
    response = Response(as_csv(items), content_type="text/csv; charset=utf-8; header=present")
    response.headers["Content-Disposition"] = f'attachment; filename="cities-{now().date()}.csv"'
    response.add_etag()
    return response.make_conditional(request)


def item(entry):
    city = entry.city
    return {
        "slug": city.slug,
        "name": entry.name,
        "own_name": city.name,
        "country": city.country,
        "country_name": taxonomy.country_name(city.country, i18n.language()),
        "region": entry.regions[-1] if entry.regions else None,
        "population": city.population,
        "population_year": city.population_year,
        "languages": city.languages,
        "is_member": city.is_member,
        "member_since": city.member_since,
        "member_until": city.member_until,
        "offices": entry.holds,
        "practices": entry.practices,
        "lat": city.lat,
        "lon": city.lon,
        "url": absolute(f"/cities/{city.slug}"),
    }


def as_csv(items):
    """One city a row; lists with spaces between."""
    line = line_writer()
    rows = ([cell(one[name]) for name in COLUMNS] for one in items)
    return BOM + line(COLUMNS) + "".join(line(row) for row in rows)


def cell(value):
    return " ".join(value) if isinstance(value, list) else value


@api.get("/cities/<slug>.json")
def city_json(slug):
    """A city's profile: names, facts with year and source, powers, departments, membership, offices."""
    city = accounts.find_city(slug) or abort(404)
    people = {"value": city.population, "year": city.population_year, "source": city.population_source}
    told = {
        "slug": city.slug,
        "name": city.name,
        "names": city.names,
        "country": city.country,
        "lat": city.lat,
        "lon": city.lon,
        "languages": city.languages,
        "about": city.about,
        "facts": {**({"population": people} if city.population is not None else {}), **city.facts},
        "competences": city.competences,
        "departments": city.departments,
        "website": city.website,
        "is_member": city.is_member,
        "member_since": city.member_since,
        "member_until": city.member_until,
        "membership_source": city.membership_source,
        "offices": [held(term) for term in offices.terms_of(city)],
        "url": absolute(f"/cities/{city.slug}"),
    }
    return answered(told)


@api.get("/offices.json")
def offices_json():
    """Who holds which office on a day; without one, today."""
    asked = (request.args.get("on") or now().date().isoformat()).strip()
    day = partial.whole_day(asked) or abort(400)
    told = {"on": asked, "offices": [held(term) for term in offices.holders(day)]}
    return answered(told)


def held(term):
    return {
        "office": term.office,
        "city": term.city.label(i18n.language()),
        "city_slug": term.city.slug,
        "country": term.city.country,
        "person": term.person,
        "from": term.start,
        "to": term.end,
        "note": term.note or None,
        "source": term.source or None,
    }


def answered(told):
    text = json.dumps(told, ensure_ascii=False, indent=1)
    response = Response(text, content_type="application/json")
    response.add_etag()
    return response.make_conditional(request)
