"""Azimuthal equidistant maps: the sheet with a place in the middle, and the land on it."""

from dataclasses import dataclass
from functools import cached_property
from math import atan2, cos, floor, hypot, pi, radians, sin, tau

from exchange.core.maps.land import OUTLINE_GAPS_KM, outlines
from exchange.core.maps.places import (
    EARTH_RADIUS_KM,
    FARTHEST_KM,
    angle,
    dot,
    round_ring_steps,
    tidy,
    unit_vector,
)
from exchange.core.maps.shapes import area, clipped, simplified, subpath, thinned, without_repeats

SMALLEST_PX2 = 6
BLEED_PX = 3


@dataclass(frozen=True)
class Frame:
    """A sheet with (lat, lon) in the middle; a circle of radius_km round it touches the nearer edges."""

    lat: float
    lon: float
    width: int
    height: int
    radius_km: float

    def __post_init__(self):
        if not (self.radius_km > 0 and self.width > 0 and self.height > 0):
            raise ValueError("A map needs a width, a height and a radius above zero.")

    def xy(self, lat, lon):
        """Where a place stands, in px; true in distance and direction from the middle."""
        across, up, along = (dot(axis, unit_vector(lat, lon)) for axis in self.axes)
        off = hypot(across, up)
        stretch = atan2(off, along) * self.px_per_radian / off if off else 0
        return self.width / 2 + across * stretch, self.height / 2 - up * stretch

    def rings(self, most=5, beyond=True):
        """(px, km) of rings at round distances, not too close; `beyond` the radius every second one."""
        room = max(1, int(self.shorter / 2 // 14))
        steps = round_ring_steps(self.reach_km, min(most, room))
        if beyond:
            steps += self.rings_beyond(steps[0], steps[-1])
        return tuple((round(km * self.px_per_km, 1), km) for km in steps)

    def rings_beyond(self, step, last):
        limit = min(self.corner_km, FARTHEST_KM)
        return tuple(tidy(last + 2 * step * i) for i in range(1, floor((limit - last) / step / 2) + 1))

    @property
    def shorter(self):
        return min(self.width, self.height)

    @property
    def is_small(self):
        return self.shorter < 120

    @property
    def marker_size(self):
        return 5.5 if self.is_small else 8

    @property
    def centre(self):
        return self.width / 2, self.height / 2

    @property
    def reach_km(self):
        return min(self.radius_km, FARTHEST_KM)

    @property
    def px_per_km(self):
        return self.shorter / 2 / self.reach_km

    @property
    def coarseness_km(self):
        """The distance below which two points of a shoreline are one: at most half a pixel."""
        return max(gap for gap in OUTLINE_GAPS_KM if gap == 0 or gap * self.px_per_km <= 0.5)

    @property
    def px_per_radian(self):
        return self.px_per_km * EARTH_RADIUS_KM

    @property
    def corner_km(self):
        return hypot(self.width, self.height) / 2 / self.px_per_km

    @cached_property
    def horizon(self):
        """Radians from the middle to where nothing shows: past the corners by more than an edge is long."""
        corner = self.corner_km / EARTH_RADIUS_KM
        return min(corner + max(corner * 0.1, radians(2)), pi)

    @cached_property
    def axes(self):
        """Unit vectors to the east, to the north and outwards at the middle."""
        lat, lon = radians(self.lat), radians(self.lon)
        east = (-sin(lon), cos(lon), 0.0)
        north = (-sin(lat) * cos(lon), -sin(lat) * sin(lon), cos(lat))
        return east, north, unit_vector(self.lat, self.lon)


# The land on it


def land_path(frame):
    """The d of a path (fill-rule evenodd) with the land inside a frame, in whole px; '' on the open sea."""
    return "".join(subpath(shape) for shape in land_shapes(frame))


def land_shapes(frame):
    box = (-BLEED_PX, -BLEED_PX, frame.width + BLEED_PX, frame.height + BLEED_PX)
    for outline in outlines(frame.coarseness_km):
        if angle(outline.middle, frame.axes[2]) > frame.horizon + outline.reach:
            continue
        yield tidied(flattened(outline, frame), box)
        # Round the far side of the Earth an outline is turned inside out; the whole disc turns it back.
        if outline.holds(*antipode(frame)):
            yield tidied(whole_disc(frame), box)


def tidied(shape, box):
    """A closed shape cut to the box, simplified and in whole pixels; [] when too little is left to see."""
    shape = without_repeats((round(x), round(y)) for x, y in simplified(clipped(shape, *box)))
    return shape if len(shape) > 2 and abs(area(shape)) >= SMALLEST_PX2 else []


def antipode(frame):
    return -frame.lat, frame.lon + 180


def flattened(outline, frame):
    """The outline in px, without points that share one.

    What lies beyond the horizon is drawn in to it on its true bearing. That moves nothing that can be seen,
    and keeps far land from smearing over the map.
    """
    shape = []
    for piece in outline.pieces:
        shape += flattened_piece(piece, frame)
    return thinned(with_arcs(shape, *frame.centre, frame.horizon * frame.px_per_radian))


def flattened_piece(piece, frame):
    (ex, ey, _), (nx, ny, nz), (ox, oy, oz) = frame.axes
    (cx, cy), scale, horizon = frame.centre, frame.px_per_radian, frame.horizon
    shape = []
    for x, y, z in piece.seen_from(frame):
        across, up = ex * x + ey * y, nx * x + ny * y + nz * z
        off = hypot(across, up) or 1e-12
        stretch = min(atan2(off, ox * x + oy * y + oz * z), horizon) * scale / off
        shape.append((cx + across * stretch, cy - up * stretch))
    return shape


def with_arcs(shape, cx, cy, limit):
    """The shape with long jumps along the horizon bent round the middle, lest they cut across the map."""
    edge = (limit * 0.95) ** 2
    bent, (px, py) = [], shape[-1]
    before = (px - cx) ** 2 + (py - cy) ** 2 > edge
    for x, y in shape:
        far = (x - cx) ** 2 + (y - cy) ** 2 > edge
        if far and before:
            bent += arc(px - cx, py - cy, x - cx, y - cy, cx, cy)
        bent.append((x, y))
        px, py, before = x, y, far
    return bent


def arc(ax, ay, bx, by, cx, cy):
    turn = atan2(ax * by - ay * bx, ax * bx + ay * by)
    steps = int(abs(turn) / 0.15)
    start, radius = atan2(ay, ax), hypot(ax, ay)
    for i in range(1, steps + 1):
        bearing = start + turn * i / (steps + 1)
        yield cx + cos(bearing) * radius, cy + sin(bearing) * radius


def whole_disc(frame):
    (cx, cy), radius = frame.centre, frame.horizon * frame.px_per_radian
    return [(cx + cos(i * tau / 120) * radius, cy + sin(i * tau / 120) * radius) for i in range(120)]
