"""The sheet that the server draws a map on: a square of which a window shows the middle.

It is the world in Equal Earth, or a region with its own middle, so that the date line is nowhere special.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians

import numpy as np

from exchange.core import maps
from exchange.search.views import clusters

SHEET, WINDOW, EDGE = 1000, 560, 40  # px of the sheet: its side, the height that is seen, what stays free
WIDEST = 140  # degrees; what is wider is the world
GREATEST_KM, LEAST_KM, USUAL_KM = 7000, 100, 1000  # from the middle of a region to the edge of its sheet
KM_PER_DEGREE = 111.2
WHOLE = (maps.WORLD_MERIDIAN - 180, maps.WORLD_SOUTH, maps.WORLD_MERIDIAN + 180, maps.WORLD_NORTH)


@dataclass(frozen=True)
class World:
    """All the land, so that areas are true; `bounds` are what a map that moves shows first."""

    bounds: tuple = WHOLE
    land, ring = "", None

    def xy(self, lat, lon):
        x, y = maps.world_xy(lat, lon)
        return x, y + (SHEET - maps.WORLD_HEIGHT) / 2


@dataclass(frozen=True)
class Region:
    """The surroundings of a place; `ring` is the radius in px of what was asked to be near it, or None."""

    frame: maps.Frame
    bounds: tuple
    ring: float | None = None

    @property
    def land(self):
        return land_of(self.frame)

    def xy(self, lat, lon):
        return self.frame.xy(lat, lon)


@lru_cache(maxsize=256)
def land_of(frame):
    return maps.land_path(frame)


def sheet_of(query, lats, lons):
    """What is drawn: round the place asked about, in the rectangle asked for, or where the cases are."""
    if query.near:
        return sheet_round(*query.near)
    if query.within:
        box = clusters.unrolled(query.within)
        return sheet_in(box, LEAST_KM) or World(box)
    if len(lats):
        return sheet_in(clusters.padded(clusters.box_of(lats, lons)), USUAL_KM) or World()
    return World()


def sheet_round(lat, lon, km):
    room = (WINDOW - EDGE) / SHEET  # of the radius of a sheet, in its window
    if km > GREATEST_KM * room:
        return World()
    frame = frame_at(lat, lon, max(km / room, LEAST_KM))
    up, across = km / KM_PER_DEGREE, km / KM_PER_DEGREE / max(cos(radians(lat)), 0.05)
    box = lon - min(across, 180), max(lat - up, -90), lon + min(across, 180), min(lat + up, 90)
    return Region(frame, box, km * frame.px_per_km)


def sheet_in(box, least_km):
    """The Region with this rectangle in its window, or None where only the world will do."""
    west, south, east, north = box
    if east - west > WIDEST:
        return None
    lat, lon = (south + north) / 2, (west + east) / 2
    km = max(radius_round(box, frame_at(lat, lon, USUAL_KM)), least_km)
    return Region(frame_at(lat, lon, km), box) if km <= GREATEST_KM else None


def radius_round(box, trial):
    """The radius of a sheet whose window holds the whole rectangle, measured on a trial of it."""
    west, south, east, north = box
    lat, lon = (south + north) / 2, (west + east) / 2
    rim = [trial.xy(y, x) for y in (south, lat, north) for x in (west, lon, east)]
    across = max(abs(x - SHEET / 2) for x, _y in rim) / (SHEET / 2 - EDGE)
    up = max(abs(y - SHEET / 2) for _x, y in rim) / (WINDOW / 2 - EDGE)
    return trial.radius_km * max(across, up)


def frame_at(lat, lon, km):
    return maps.Frame(round(lat, 3), round((lon + 180) % 360 - 180, 3), SHEET, SHEET, float(f"{km:.3g}"))


def positions(sheet, lats, lons):
    """Where places stand on a sheet; many cases share one."""
    places, where = np.unique(np.stack([lats, lons], axis=1), axis=0, return_inverse=True)
    xy = np.array([sheet.xy(lat, lon) for lat, lon in places.tolist()]).reshape(-1, 2)
    return xy[where.ravel(), 0], xy[where.ravel(), 1]
