"""The outlines of the land: read from their file, and prepared once in a process."""

import json
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from math import atan2, cos, dist, fsum, hypot, pi, radians, sin
from pathlib import Path

from exchange.core.maps.places import EARTH_RADIUS_KM, angle, unit_vector

# The outlines are kept thrice in memory, so that a map of half the world needs not look at every cove.
OUTLINE_GAPS_KM = (0, 5, 12)


@cache
def outlines(gap_km=0):
    """Every shoreline, without points closer than gap_km to the one before; prepared once in a process."""
    thin = (without_neighbours(places, gap_km / EARTH_RADIUS_KM) for places in shorelines())
    return tuple(outline(places) for places in thin if len(places) > 2)


@cache
def shorelines():
    """Lists of (lat, lon) in degrees."""
    file = land_file()
    return tuple(shoreline(ring, file["units_per_degree"]) for ring in file["rings"])


def land_file():
    return json.loads((Path(__file__).parents[2] / "data" / "land.json").read_text())


def shoreline(ring, unit):
    """From steps, east and north by turns, the first of them from (0, 0)."""
    # Some 400 m off the grid: a place given in hundredths of a degree is then never right opposite a vertex,
    # which would lie in every direction at once.
    off = 0.3141592
    lons, lats = accumulate(ring[::2]), accumulate(ring[1::2])
    return [((lat + off) / unit, (lon + off) / unit) for lat, lon in zip(lats, lons, strict=True)]


@cache
def flat_land():
    """The outlines for maps that browsers draw, as bytes of JSON: rings like those of the file, flat.

    Each lies on the turn of the globe that holds its middle; the one round the South Pole is closed below it.
    """
    file = land_file()
    rings = [flat(ring, file["units_per_degree"]) for ring in file["rings"]]
    return json.dumps({**file, "rings": rings}, separators=(",", ":")).encode()


def flat(ring, unit):
    lons = list(accumulate(ring[::2]))
    turns = round((min(lons) + max(lons)) / 2 / (360 * unit))
    below = [0, -90 * unit - sum(ring[1::2]), lons[0] - lons[-1], 0]
    return [
        ring[0] - turns * 360 * unit,
        *ring[1:],
        *(below if abs(lons[0] - lons[-1]) == 360 * unit else ()),
    ]


def without_neighbours(places, gap):
    if not gap:
        return places
    kept, last = [], (0.0, 0.0, 0.0)
    for place in places:
        vertex = unit_vector(*place)
        if dist(vertex, last) >= gap:
            kept.append(place)
            last = vertex
    return kept


def outline(places):
    vertices = [unit_vector(*place) for place in places]
    closed = [*vertices, vertices[0]]
    pieces = [closed[start : start + 49] for start in range(0, len(vertices), 48)]
    return Outline([Piece(part, *cap(part)) for part in pieces], *cap(vertices))


def cap(vertices):
    """(middle, reach) of a circle on the sphere round the vertices, in radians."""
    total = [fsum(axis) for axis in zip(*vertices, strict=True)]
    length = hypot(*total)
    middle = tuple(part / length for part in total)
    return middle, max(angle(middle, vertex) for vertex in vertices) + 1e-9


@dataclass(frozen=True)
class Outline:
    """One closed shoreline in pieces, each ending where the next begins."""

    pieces: list
    middle: tuple
    reach: float

    def holds(self, lat, lon):
        """Whether a place lies inside, counted along its meridian to the North Pole, which is sea."""
        if angle(self.middle, unit_vector(lat, lon)) > self.reach:
            return False
        meridian = radians(lat), sin(radians(lon)), cos(radians(lon))
        edges = (edge for piece in self.pieces for edge in pairwise(piece.vertices))
        return sum(crosses_north(a, b, *meridian) for a, b in edges) % 2 == 1


def crosses_north(a, b, lat, sin_lon, cos_lon):
    """Whether the great circle from a to b crosses a meridian north of lat."""
    # Great circles, as the flattened edges are: where a straight line passes the antipode on the other side,
    # the whole map would be turned inside out.
    off_a, off_b = a[1] * cos_lon - a[0] * sin_lon, b[1] * cos_lon - b[0] * sin_lon
    if (off_a < 0) == (off_b < 0):
        return False
    x, y, z = (p * abs(off_b) + q * abs(off_a) for p, q in zip(a, b, strict=True))
    outwards = x * cos_lon + y * sin_lon
    return outwards > 0 and atan2(z, outwards) > lat


@dataclass(frozen=True)
class Piece:
    """A stretch of outline; every vertex lies within `reach` radians of `middle`."""

    vertices: list
    middle: tuple
    reach: float

    def seen_from(self, frame):
        """Its vertices; only its two ends where it is out of sight and cannot turn round the middle."""
        away = angle(self.middle, frame.axes[2])
        if away - self.reach > frame.horizon and away + self.reach < pi:
            return self.vertices[0], self.vertices[-1]
        return self.vertices
