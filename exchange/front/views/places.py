"""Cities and topics, each with its cases."""

from flask import abort, redirect, render_template, url_for

from exchange.accounts import service as accounts
from exchange.core import i18n, maps
from exchange.front import queries
from exchange.front.views import front
from exchange.front.views.topics import counts_of
from exchange.network import service as network
from exchange.search import service as search
from exchange.search.query import Query
from exchange.taxonomy import service as taxonomy


@front.get("/cities")
def cities():
    return render_template("front/cities.html", rows=queries.cities(), regions=taxonomy.regions())


@front.get("/cities/<slug>")
def city(slug):
    found = accounts.find_city(slug) or abort(404)
    region = maps.regional_svg(found.lat, found.lon, 560, 420, 1800) if found.lat is not None else None
    return render_template(
        "front/city.html",
        city=found,
        region=region,
        practices=search.listed(queries.practices_of(found), i18n.language()),
        terms=network.timeline_of(found),
        topics=taxonomy.topics(),
    )


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
