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
from exchange.practices.models import Practice, Revision
from exchange.search import clusters, service, sheets
from exchange.search.query import numbers
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


def draw(query, points):
    """The Drawing of a question's points, which are (public id, lat, lon), the best first."""
    ids, lats, lons = columns_of(points)
    sheet = sheets.sheet_of(query, lats, lons)
    xs, ys = sheets.positions(sheet, lats, lons)
    found = {name: clusters.circles(xs * part, ys * part) for name, part in PARTS.items()}
    firsts = {ids[min(one.keys)] for some in found.values() for one in some}
    named = cases_of(firsts, query.language)
    sizes = {
        name: in_per_cent(dressed(some, WIDTHS[name], query, ids, lats, lons, named), WIDTHS[name])
        for name, some in found.items()
    }
    return Drawing(sheet, sizes, len(ids))


def columns_of(points):
    return [one[0] for one in points], *(np.array([one[n] for one in points], float) for n in (1, 2))


def in_per_cent(circles, width):
    return [replace(one, x=round(one.x * 100 / width, 2), y=round(one.y * 100 / width, 2)) for one in circles]


# For the map in the browser


def in_view(query, bounds, zoom):
    """(Circles, how many cases) of a question within bounds that may run beyond 180°, at a zoom of the map.

    The middles of the circles are longitude and latitude, on the turn of the globe that the bounds are on.
    """
    ids, lats, lons = columns_of(service.points(query))
    west, south, east, north = bounds
    lons = clusters.towards(lons, (west + east) / 2)
    seen = np.flatnonzero((lons >= west) & (lons <= east) & (lats >= south) & (lats <= north))
    ids, lats, lons = [ids[n] for n in seen], lats[seen], lons[seen]
    down = PX_PER_DEGREE * 2**zoom
    across = down * SQUEEZE
    found = clusters.circles((lons - west) * across, (north - lats) * down, MOST_CIRCLES)
    named = cases_of(wanted(found, ids, lats, lons), query.language)
    circles = dressed(found, (east - west) * across, query, ids, lats, lons, named)
    placed = [replace(one, x=west + one.x / across, y=north - one.y / down) for one in circles]
    return placed, len(ids)


def bounds_of(args):
    """(bounds, zoom) that a map asks about, or None when it makes no sense."""
    bounds, zoom = numbers(args.get("bounds"), (4,)), numbers(args.get("zoom"), (1,))
    if not bounds or not zoom:
        return None
    west, south, east, north = bounds
    if not (west < east and south < north and max(map(abs, bounds)) <= 3600):
        return None
    return tuple(bounds), min(max(zoom[0], LEAST_ZOOM), MOST_ZOOM)


def wanted(found, ids, lats, lons):
    """The cases whose names an answer needs."""
    for one in found:
        keys = sorted(one.keys)
        yield from (
            ids[n] for n in keys[: MOST_LISTED if clusters.is_one_place(box(keys, lats, lons)) else 1]
        )


# Circles, dressed


def dressed(found, width, query, ids, lats, lons, named):
    """The Circles of these clusters, with names from `named`; those of which nobody may know are left out."""
    circles = [circle_of(one, query, ids, lats, lons, named) for one in found]
    return with_labels([one for one in circles if one], width)


def circle_of(one, query, ids, lats, lons, named):
    keys = sorted(one.keys)
    known = [named[ids[n]] for n in keys[:MOST_LISTED] if ids[n] in named]
    if not known:
        return None
    around = box(keys, lats, lons)
    alone = len(keys) == 1 or clusters.is_one_place(around)
    within = clusters.home(clusters.padded(around))
    return Circle(
        x=one.x,
        y=one.y,
        r=one.r,
        hit=one.hit,
        count=len(keys),
        box=within,
        cases=known if alone else [],
        narrows=not alone and within != query.within,
        name=in_words(known[0], len(keys), alone),
        label=known[0].city,
    )


def box(keys, lats, lons):
    return clusters.box_of(lats[keys], lons[keys])


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


def cases_of(public_ids, language):
    """Public id → Case of those that are public now; one query, without their texts."""
    rows = db.session.execute(
        practices.public()
        .with_only_columns(
            Practice.public_id,
            Practice.country,
            Revision.title,
            Revision.language,
            City.name,
            City.names,
        )
        .outerjoin(City, City.id == Practice.city_id)
        .where(Practice.public_id.in_(set(public_ids)))
    )
    return {row.public_id: case_of(row, language) for row in rows}


def case_of(row, language):
    name = (row.names or {}).get(language) or row.name
    where = name or taxonomy.country_name(row.country, language)
    return Case(row.public_id, row.title, row.language, practices.path_of(row, row.title), where)
