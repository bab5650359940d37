"""The map of a question: what the server draws of it, and what the map in the browser asks for.

The server draws on a sheet (see `sheets`); the browser's map is equirectangular.
"""

from dataclasses import dataclass, replace

import numpy as np
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from exchange.accounts.models import City
from exchange.core.models import db
from exchange.practices import service as practices
from exchange.practices import translating
from exchange.practices.models import Practice, Revision
from exchange.search import service
from exchange.search.query import numbers
from exchange.search.views import clusters, sheets
from exchange.taxonomy import service as taxonomy

WIDTHS = {"narrow": 320, "wide": 704}  # px: the least width at which each drawing is shown
PARTS = {name: width / sheets.SHEET for name, width in WIDTHS.items()}
SQUEEZE = 0.8  # of meridians in the browser's map: shapes are true at 37° north and south
PX_PER_DEGREE = 256 / 180  # at zoom 0
LEAST_ZOOM, MOST_ZOOM = -1.0, 8.0
MOST_CIRCLES = 250  # in one answer
MOST_LISTED = 6  # cases of a circle
MOST_LABELS = 60
LETTER_PX, LINE_PX, LABEL_GAP = 7.5, 18, 3


@dataclass(frozen=True)
class Circle:
    """One or more cases on a map: its middle in px, its radii in px, and what it leads to."""

    x: float
    y: float
    r: int
    hit: int
    count: int
    box: tuple  # round its cases, as a question has it
    cases: list  # of Case: its only one, or the first of those in one place; else empty
    narrows: bool  # whether its box shows more than the map it stands on
    name: str
    label: str  # a city's name where there is room for it, else ''


@dataclass(frozen=True)
class Case:
    """What a map says of a case."""

    public_id: str
    title: str
    language: str
    path: str
    city: str


@dataclass(frozen=True)
class Drawing:
    """A question's map as the server draws it; circles stand in per cent of the sheet."""

    sheet: sheets.World | sheets.Region
    sizes: dict  # 'narrow', 'wide' → [Circle]
    placed: int  # how many cases are on it


@dataclass(frozen=True)
class Points:
    """The cases of a question that have a place, the best first; `lons` may be on any turn of the globe."""

    ids: list
    lats: np.ndarray
    lons: np.ndarray

    @classmethod
    def of(cls, rows):
        """From (public id, lat, lon)."""
        lats, lons = (np.array([row[n] for row in rows], float) for n in (1, 2))
        return cls([row[0] for row in rows], lats, lons)

    def inside(self, box):
        """Those in a rectangle that may run beyond 180°, with longitudes on its turn of the globe."""
        west, south, east, north = box
        lats, lons = self.lats, clusters.towards(self.lons, (west + east) / 2)
        which = np.flatnonzero((lons >= west) & (lons <= east) & (lats >= south) & (lats <= north))
        return Points([self.ids[n] for n in which], lats[which], lons[which])

    def box(self, keys):
        return clusters.box_of(self.lats[keys], self.lons[keys])

    def told(self, cluster):
        """The ids of the cases that stand for a cluster: those of its one place, or the best of all."""
        keys = sorted(cluster.keys)
        return [self.ids[n] for n in keys[: MOST_LISTED if clusters.is_one_place(self.box(keys)) else 1]]


def draw(query, rows):
    """The Drawing of a question's points, which are (public id, lat, lon), the best first."""
    points = Points.of(rows)
    sheet = sheets.sheet_of(query, points.lats, points.lons)
    xs, ys = sheets.positions(sheet, points.lats, points.lons)
    found = {name: clusters.circles(xs * part, ys * part) for name, part in PARTS.items()}
    named = cases_of(points, [one for some in found.values() for one in some], query.language)
    sizes = {
        name: in_per_cent(dressed(some, WIDTHS[name], query, points, named), WIDTHS[name])
        for name, some in found.items()
    }
    return Drawing(sheet, sizes, len(points.ids))


def in_per_cent(circles, width):
    return [replace(one, x=round(one.x * 100 / width, 2), y=round(one.y * 100 / width, 2)) for one in circles]


# For the map in the browser


def in_view(query, bounds, zoom):
    """(Circles, how many cases) of a question within bounds that may run beyond 180°, at a zoom of the map.

    The middles of the circles are longitude and latitude, on the turn of the globe that the bounds are on.
    """
    west, _south, east, north = bounds
    points = Points.of(service.points(query)).inside(bounds)
    down = PX_PER_DEGREE * 2**zoom
    across = down * SQUEEZE
    found = clusters.circles((points.lons - west) * across, (north - points.lats) * down, MOST_CIRCLES)
    named = cases_of(points, found, query.language)
    circles = dressed(found, (east - west) * across, query, points, named)
    placed = [replace(one, x=west + one.x / across, y=north - one.y / down) for one in circles]
    return placed, len(points.ids)


def bounds_of(args):
    """(bounds, zoom) that a map asks about, or None when it makes no sense."""
    bounds, zoom = numbers(args.get("bounds"), (4,)), numbers(args.get("zoom"), (1,))
    if not bounds or not zoom:
        return None
    west, south, east, north = bounds
    if not (west < east and south < north and max(map(abs, bounds)) <= 3600):
        return None
    return tuple(bounds), min(max(zoom[0], LEAST_ZOOM), MOST_ZOOM)


# Circles, dressed


def dressed(found, width, query, points, named):
    """The Circles of these clusters, with names from `named`; those of which nobody may know are left out."""
    circles = [circle_of(one, query, points, named) for one in found]
    return with_labels([one for one in circles if one], width)


def circle_of(cluster, query, points, named):
    known = [named[one] for one in points.told(cluster) if one in named]
    if not known:
        return None
    around = points.box(sorted(cluster.keys))
    alone, within = clusters.is_one_place(around), clusters.home(clusters.padded(around))
    return Circle(
        x=cluster.x,
        y=cluster.y,
        r=cluster.r,
        hit=cluster.hit,
        count=len(cluster.keys),
        box=within,
        cases=known if alone else [],
        narrows=not alone and within != query.within,
        name=in_words(known[0], len(cluster.keys), alone),
        label=known[0].city,
    )


def in_words(first, count, alone):
    if count == 1:
        return _("%(title)s – %(city)s", title=first.title, city=first.city)
    words = {"city": first.city, "number": format_decimal(count)}
    if alone:
        return ngettext("%(city)s: %(number)s practice", "%(city)s: %(number)s practices", count, **words)
    return ngettext(
        "%(city)s and near it: %(number)s practice",
        "%(city)s and near it: %(number)s practices",
        count,
        **words,
    )


def with_labels(circles, width):
    """The same circles; those that would write over others, or over the edge, lose their label."""
    taken = [(one.x - one.hit, one.y - one.hit, one.x + one.hit, one.y + one.hit) for one in circles]
    kept = []
    for place, one in enumerate(circles):
        room = label_box(one)
        fits = place < MOST_LABELS and room[2] <= width and not any(overlap(room, other) for other in taken)
        taken += [room] if fits else []
        kept.append(one if fits else replace(one, label=""))
    return kept


def label_box(one):
    left = one.x + one.hit + LABEL_GAP
    return left, one.y - LINE_PX / 2, left + LETTER_PX * len(one.label), one.y + LINE_PX / 2


def overlap(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


# Words from the database


def cases_of(points, found, language):
    """Public id → Case of those that stand for these clusters, as far as they are public now; one query."""
    wanted = {one for cluster in found for one in points.told(cluster)}
    columns = Practice.public_id, Practice.country, Revision.title, Revision.language, City.name, City.names
    public = practices.public(wanted).with_only_columns(*columns)
    public = translating.with_titles(public, language)
    rows = db.session.execute(public.outerjoin(City, City.id == Practice.city_id))
    return {row.public_id: case_of(row, language) for row in rows}


def case_of(row, language):
    name = (row.names or {}).get(language) or row.name
    where = name or taxonomy.country_name(row.country, language)
    title, written = translating.title_of(row, language)
    return Case(row.public_id, title, written, practices.path_of(row, row.title), where)
