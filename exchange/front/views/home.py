"""The home page, with the world as circles; and what the Exchange is."""

from functools import lru_cache

from flask import current_app, render_template

from exchange.core import i18n, maps
from exchange.front import queries
from exchange.front.views import front
from exchange.front.views.topics import counts_of
from exchange.network.service.dates import events
from exchange.network.service.talk import reading as talk
from exchange.search import service as search
from exchange.search.query import Query
from exchange.taxonomy import service as taxonomy


@front.get("/")
def home():
    everything = search.find(Query(language=i18n.language(), per_page=1))
    cities = everything.results.facets.get("city", {})
    places = queries.places(cities)
    return render_template(
        "front/home.html",
        everything=everything,
        newest=search.listed(queries.newest(4), i18n.language()),
        topics=taxonomy.topics(),
        counts=counts_of(everything, "topic"),
        worlds=worlds(places) if places else (),
        names_of=names_of,
        discontinued=counts_of(everything, "stage").get("discontinued", 0),
        cities=len(cities),
        challenge=talk.open_one(),
        dates=events.next_ones(4),
    )


def worlds(places):
    """The world map drawn wide and narrow: (name, width, height, [(Cluster, its cities)])."""
    return [
        (name, width, round(maps.WORLD_HEIGHT * width / maps.WORLD_WIDTH), clusters(places, width))
        for name, width in (("wide", maps.WORLD_WIDTH), ("narrow", 280))
    ]


def clusters(places, width):
    """Circles in px of a map of that width, each with its cities."""
    by_slug = {city.slug: city for city, _ in places}
    spots = tuple((city.slug, city.lat, city.lon, count) for city, count in places)
    return [(one, [by_slug[slug] for slug in sorted(set(one.keys))]) for one in circles(spots, width)]


@lru_cache(maxsize=8)
def circles(spots, width):
    """One key per practice, so that a circle grows with them. Remembered until a case comes or goes."""
    scale, points = width / maps.WORLD_WIDTH, []
    for slug, lat, lon, count in spots:
        x, y = maps.world_xy(lat, lon)
        points += [(x * scale, y * scale, slug)] * count
    return maps.clusters(points, 2)


def names_of(cities, most=5):
    names = [city.label(i18n.language()) for city in cities]
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")


@front.get("/about")
def about():
    return render_template("front/about.html", settings=current_app.config["SETTINGS"])
