"""Cities and topics, each with its cases."""

from flask import abort, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from exchange.accounts import service as accounts
from exchange.core import i18n, maps
from exchange.front import queries
from exchange.front.views import front
from exchange.front.views.home import names_of, worlds
from exchange.front.views.topics import counts_of
from exchange.network.service.dates import events
from exchange.network.service.ledger import listing
from exchange.network.service.members import changes, directory, editing, offices, profile
from exchange.network.service.members.words import language_words
from exchange.network.service.people import profiles
from exchange.network.service.positions import positions
from exchange.network.service.talk import reading as talk
from exchange.practices import service
from exchange.search import service as search
from exchange.search.query import Query
from exchange.taxonomy import service as taxonomy


@front.get("/cities")
def cities():
    """The member directory, as list, table or map."""
    wish = directory.Wish.from_args(request.args)
    answer = directory.find(wish)
    placed = [(one.city, 1) for one in answer.entries if one.city.lat is not None]
    return render_template(
        "front/cities.html",
        wish=wish,
        answer=answer,
        may_add=editing.may_change_offices(current_user),
        options=options(answer),
        address=lambda **changes: url_for("front.cities", **wish.args(**changes)),
        turn=lambda number: url_for("front.cities", **wish.args(page=number)),
        region_name=taxonomy.region_name,
        office_names=offices.OFFICE_NAMES,
        language_words=language_words,
        worlds=worlds(placed) if wish.view == "map" and placed else (),
        names_of=names_of,
    )


def options(answer):
    """Part of the question → [(value, label, how many cities)] that one can choose, by name."""
    language = i18n.language()
    labels = {
        "region": lambda code: taxonomy.region_name(code, language),
        "country": lambda code: taxonomy.country_name(code, language),
        "population": lambda band: str(BAND_NAMES[band]),
        "office": lambda office: str(offices.OFFICE_NAMES[office]),
        "language": lambda code: language_words([code]),
    }
    return {name: listed(answer.counts(name), label, name) for name, label in labels.items()}


def listed(counts, label, name):
    given_order = {"population": list(directory.BANDS), "office": list(offices.OFFICE_NAMES)}.get(name)
    if given_order:
        return [(value, label(value), counts[value]) for value in given_order if counts[value]]
    named = [(value, label(value) or value, count) for value, count in counts.items()]
    return sorted(named, key=lambda one: directory.folded(one[1]))


BAND_NAMES = {
    "250k": _l("below 250,000"),
    "1m": _l("250,000 to 1 million"),
    "5m": _l("1 to 5 million"),
    "more": _l("5 million and more"),
}


@front.get("/cities/<slug>")
def city(slug):
    found = accounts.find_city(slug) or abort(404)
    practices = queries.practices_of(found)
    given, taken = listing.given_by(found), listing.taken_by(found)
    region, linked = regional_map(found, given, taken)
    latest, has_older = changes.of_city(found, whole=request.args.get("changes") == "all")
    return render_template(
        "front/city.html",
        city=found,
        region=region,
        linked=linked,
        places=local_map(found, practices),
        practices=search.listed(practices, i18n.language()),
        terms=offices.timeline_of(found),
        taken=taken,
        given=given,
        held=offices.terms_of(found),
        facts=profile.facts_of(found),
        powers=profile.powers_of(found),
        changes=latest,
        has_older=has_older,
        office_names=offices.OFFICE_NAMES,
        change_in_words=changes.in_words,
        language_words=language_words,
        may_edit=editing.may_edit(current_user, found),
        may_change_offices=editing.may_change_offices(current_user),
        topics=taxonomy.topics(),
        challenges=talk.of_city(found),
        dates=events.of_city(found),
        signed=positions.public(city=found)[0],
        people=profiles.of_city(found),
    )


def regional_map(city, given, taken):
    """(Region round the city, [(another city, its Spot)]): the cities that took from it and gave to it."""
    if city.lat is None:
        return None, []
    others = {(one.city, False) for one in given} | {(one.origin, True) for one in taken}
    placed = [(other, took) for other, took in others if other and other.lat is not None]
    placed.sort(key=lambda one: (one[0].slug, one[1]))
    away = [maps.distance_km((city.lat, city.lon), (other.lat, other.lon)) for other, _took in placed]
    links = [(other.lat, other.lon, took) for other, took in placed]
    region = maps.regional_svg(city.lat, city.lon, 560, 420, min(max([NEAR_KM, *away]) * 1.1, FAR_KM), links)
    return region, [(other, spot) for (other, _took), spot in zip(placed, region.points, strict=True)]


NEAR_KM, FAR_KM = 1650, 19_000


def local_map(city, practices):
    """(Region round the city, [(number, practice, revision, its Spot)]) of practices that name a place.

    None when there is none: all are at the centre then.
    """
    own = [(one, other, service.own_place(other.answers)) for one, other in practices]
    own = [(one, other, place) for one, other, place in own if place]
    if city.lat is None or not own:
        return None
    farthest = max(maps.distance_km((city.lat, city.lon), place) for _one, _other, place in own)
    if not FELT_KM <= farthest <= MOST_KM:
        return None
    region = maps.regional_svg(
        city.lat, city.lon, 560, 420, farthest * 1.15, [(*place, False) for _one, _other, place in own]
    )
    rows = zip(own, region.points, strict=True)
    return region, [(i, one, other, point) for i, ((one, other, _place), point) in enumerate(rows, start=1)]


FELT_KM, MOST_KM = 1, 150  # nearer all is the centre, farther it is no map of a city


@front.get("/topics/<slug>")
def topic(slug):
    tree = taxonomy.topics()
    found = tree.get(slug) or abort(404)
    if not found.stands:
        return redirect(url_for("front.topic", slug=taxonomy.current("topic", [slug])[0]), 301)
    results = search.find(
        Query(language=i18n.language(), filters={"topic": [slug]}, sort="newest", per_page=12)
    )
    counts = counts_of(results, "topic")
    return render_template(
        "front/topic.html",
        topic=found,
        results=results,
        children=[one for one in tree.values() if one.parent_id == found.id and is_shown(one, counts)],
        counts=counts,
    )


def is_shown(topic, counts):
    """A retired topic stands where there are cases of it."""
    return topic.is_offered or (topic.stands and counts.get(topic.slug))
