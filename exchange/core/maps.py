"""Maps drawn from data: covers, the region round a place, and the world with its clusters.

Covers and regions are azimuthal equidistant with the place in the middle, so that distance and
direction are true from there. The world is Equal Earth, so that areas are true. Latitude and longitude are
degrees (WGS84), x and y are pixels from the upper left corner. Outlines: Natural Earth, land 1:50m.
"""

import json
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate, pairwise
from math import (
    acos,
    asin,
    atan2,
    ceil,
    cos,
    dist,
    floor,
    fsum,
    hypot,
    log2,
    log10,
    pi,
    radians,
    sin,
    sqrt,
    tau,
)
from pathlib import Path

EARTH_RADIUS_KM = 6371.0088
FARTHEST_KM = pi * EARTH_RADIUS_KM

# Sea and band, then land. White text reaches 9:1 on the first and 4.6:1 on the second.
COLOURS = {
    "housing": ("#7D2A18", "#B4553E"),
    "mobility": ("#1A3C7D", "#4A70B8"),
    "sustainability": ("#18513A", "#3F8161"),
    "": ("#2C3B46", "#5F717D"),
}

# Tile size, then what is drawn on it: the land carries a pattern, so that colour never speaks alone.
PATTERNS = {
    "housing": (8, '<path d="M0 .5h8M0 4.5h8M.5 0v4M4.5 4v4" stroke="{}" stroke-opacity=".32"/>'),
    "mobility": (
        5,
        '<path d="M-1 1l2-2M-1 6l7-7M4 6l2-2" stroke="{}" stroke-opacity=".36" stroke-width="1.3"/>',
    ),
    "sustainability": (6, '<path d="M1 1h1v1h-1zM4 4h1v1h-1z" fill="{}" fill-opacity=".8"/>'),
}

# The cut runs through the Bering Strait, and the poles end where no city is: more room for the rest.
WORLD_MERIDIAN = 11
WORLD_NORTH = 84
WORLD_SOUTH = -57
WORLD_WIDTH = 1000
WORLD_HEIGHT = 435

# The outlines are kept thrice in memory, so that a map of half the world needs not look at every cove.
OUTLINE_GAPS_KM = (0, 5, 12)

DETAIL_PX = 0.9
SMALLEST_PX2 = 6
BLEED_PX = 3


# Distances and places


def distance_km(a, b):
    """Along the great circle between two (lat, lon), on a sphere; within 0.6 % of the true ellipsoid."""
    (lat_a, lon_a), (lat_b, lon_b) = a, b
    north, east = radians(lat_b - lat_a), radians(lon_b - lon_a)
    h = sin(north / 2) ** 2 + cos(radians(lat_a)) * cos(radians(lat_b)) * sin(east / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1, sqrt(h)))


def coordinates_label(lat, lon):
    """'59°20′N 18°04′E', to the nearest minute."""
    lon = (lon + 180) % 360 - 180
    return f"{whole_minutes(lat)}{'S' if lat < 0 else 'N'} {whole_minutes(lon)}{'W' if lon < 0 else 'E'}"


def whole_minutes(angle):
    whole, minutes = divmod(floor(abs(angle) * 60 + 0.5), 60)
    return f"{whole}°{minutes:02}′"


def round_ring_steps(radius_km, most=5):
    """Round distances in km up to radius_km, 1, 2 or 5 × 10ⁿ apart: at least one, at most `most`."""
    near = [step for step in round_numbers(radius_km) if step <= radius_km * (1 + 1e-9)]
    step = next((step for step in near if step * most >= radius_km * (1 - 1e-9)), near[-1])
    return tuple(tidy(step * i) for i in range(1, floor(radius_km / step + 1e-9) + 1))


def round_numbers(about):
    power = floor(log10(about))
    return [nice * 10.0**n for n in (power - 1, power, power + 1) for nice in (1, 2, 5)]


def tidy(number):
    return round(number) if number >= 1 else round(number, 6)


# A cover


def cover_svg(lat, lon, colour, width, height, radius_km, takers=()):
    """A map file without words: the place in the middle, and radius_km reaching to the nearer edges.

    colour: a key of COLOURS; one we do not know is drawn as one without a topic. takers: (lat, lon, took) of
    other places; a solid line where the place in the middle gave, a dotted one where it took.
    Same arguments, same bytes.
    """
    frame = Frame(lat, lon, width, height, radius_km)
    colour = colour if colour in COLOURS else ""
    deep, mid = COLOURS[colour]
    size = f'width="{width}" height="{height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {width} {height}">'
        f'<rect {size} fill="{deep}"/>{patterned(land_path(frame), colour, deep, mid)}'
        f"{drawn_rings(frame)}{drawn_takers(frame, takers, deep)}{drawn_centre(frame)}</svg>\n"
    )


def patterned(land, colour, deep, mid):
    if not land:
        return ""
    if colour not in PATTERNS:
        return f'<path fill="{mid}" fill-rule="evenodd" d="{land}"/>'
    size, drawing = PATTERNS[colour]
    # The colour lies under the pattern, not in its tiles: tiles show seams when a browser scales them.
    return (
        f'<defs><pattern id="p" width="{size}" height="{size}" patternUnits="userSpaceOnUse">'
        f'{drawing.format(deep)}</pattern><path id="l" fill-rule="evenodd" d="{land}"/></defs>'
        f'<use href="#l" fill="{mid}"/><use href="#l" fill="url(#p)"/>'
    )


def drawn_rings(frame):
    x, y = frame.centre
    sizes = [px for px, km in frame.rings() if km < FARTHEST_KM * 0.98]
    if frame.corner_km > FARTHEST_KM:
        sizes.append(round(FARTHEST_KM * frame.px_per_km, 1))  # The end of the world; beyond it is paper.
    circles = "".join(f'<circle cx="{x:g}" cy="{y:g}" r="{r:g}"/>' for r in sizes)
    return f'<g fill="none" stroke="#fff" stroke-opacity=".36">{circles}</g>'


def drawn_takers(frame, takers, deep):
    if not takers:
        return ""
    size = 2.5 if frame.is_small else 3.5
    # The farthest first, so that no line crosses the dot of a nearer place.
    ordered = sorted(takers, key=lambda taker: (-distance_km((frame.lat, frame.lon), taker[:2]), taker))
    marks = "".join(drawn_taker(frame, taker, size, deep) for taker in ordered)
    return f'<g stroke="#fff" stroke-width="1.5" stroke-linecap="round">{marks}</g>'


def drawn_taker(frame, taker, size, deep):
    lat, lon, took = taker
    x, y = map(round, frame.xy(lat, lon))
    dots = ' stroke-width="2" stroke-dasharray="0 5"' if took else ""
    line = between_marks(*frame.centre, x, y, frame.marker_size + 1, size)
    path = f'<path{dots} d="{line}"/>' if line else ""
    return f'{path}<circle cx="{x}" cy="{y}" r="{size}" fill="{deep if took else "#fff"}"/>'


def between_marks(ax, ay, bx, by, off_a, off_b):
    """The d of a straight line between two marks, off_a and off_b px from their middles; '' if they touch."""
    away = hypot(bx - ax, by - ay)
    if away <= off_a + off_b:
        return ""
    dx, dy = (bx - ax) / away, (by - ay) / away
    return f"M{ax + dx * off_a:.1f} {ay + dy * off_a:.1f}L{bx - dx * off_b:.1f} {by - dy * off_b:.1f}"


def drawn_centre(frame):
    x, y = frame.centre
    ring, dot = frame.marker_size, frame.marker_size * 0.4
    return (
        f'<circle cx="{x:g}" cy="{y:g}" r="{ring:g}" fill="none" stroke="#fff" stroke-width="2"/>'
        f'<circle cx="{x:g}" cy="{y:g}" r="{dot:g}" fill="#fff"/>'
    )


# A region


@dataclass(frozen=True)
class Spot:
    """Where another place stands on a region's map, in px; `inside` is false beyond its edges."""

    x: float
    y: float
    took: bool
    inside: bool


@dataclass(frozen=True)
class Region:
    """What a template needs: `land` is the d of a path (fill-rule evenodd), `rings` are (px, km)."""

    width: int
    height: int
    land: str
    rings: tuple
    points: tuple

    @property
    def centre(self):
        return self.width / 2, self.height / 2


def regional_svg(lat, lon, width, height, radius_km, links=()):
    """The Region round a place; its points stand in the order of the links, which are (lat, lon, took)."""
    frame = Frame(lat, lon, width, height, radius_km)
    within = frame.rings(most=3, beyond=False)  # They carry words there: fewer are more.
    return Region(width, height, land_path(frame), within, tuple(spot(frame, *link) for link in links))


def spot(frame, lat, lon, took):
    x, y = frame.xy(lat, lon)
    return Spot(round(x, 1), round(y, 1), bool(took), 0 <= x <= frame.width and 0 <= y <= frame.height)


# The frame of an azimuthal map


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


def unit_vector(lat, lon):
    lat, lon = radians(lat), radians(lon)
    return cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)


def dot(a, b):
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def angle(a, b):
    return acos(max(-1.0, min(1.0, dot(a, b))))


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


# Shapes: closed lists of (x, y), the last point joined to the first


def thinned(shape, gap=0.5):
    """The shape without points closer than `gap` px to the one before: cheap, and most of them."""
    kept = []
    px = py = float("inf")
    for x, y in shape:
        if abs(x - px) > gap or abs(y - py) > gap:
            kept.append((x, y))
            px, py = x, y
    return kept


def clipped(shape, left, top, right, bottom):
    """The part of a shape inside a box (Sutherland and Hodgman); parts may stay joined along its edges."""
    xs, ys = [x for x, _ in shape], [y for _, y in shape]
    least, most = (min(xs), min(ys)), (max(xs), max(ys))
    if most[0] < left or least[0] > right or most[1] < top or least[1] > bottom:
        return []
    for axis, bound in ((0, left), (1, top)):
        if least[axis] < bound:
            shape = half(shape, axis, bound, 1)
    for axis, bound in ((0, right), (1, bottom)):
        if most[axis] > bound:
            shape = half(shape, axis, bound, -1)
    return shape


def half(shape, axis, bound, sign):
    """The part of a shape above a bound on one axis, or below it with sign -1."""
    kept = []
    for before, point in pairwise([*shape[-1:], *shape]):
        was_in, is_in = (before[axis] - bound) * sign >= 0, (point[axis] - bound) * sign >= 0
        if is_in != was_in:
            kept.append(crossing(before, point, axis, bound))
        if is_in:
            kept.append(point)
    return kept


def crossing(a, b, axis, bound):
    other = a[1 - axis] + (b[1 - axis] - a[1 - axis]) * (bound - a[axis]) / (b[axis] - a[axis])
    return (bound, other) if axis == 0 else (other, bound)


def simplified(shape, detail=DETAIL_PX):
    """The shape with fewer points, nowhere more than `detail` px from where it was (Douglas and Peucker)."""
    if len(shape) < 4:
        return shape
    far = max(range(len(shape)), key=lambda i: dist(shape[0], shape[i]))
    closed = [*shape, shape[0]]
    kept, spans = {0, far}, [(0, far), (far, len(shape))]
    while spans:
        first, last = spans.pop()
        i = most_distant(closed, first, last, detail)
        if i:
            kept.add(i)
            spans += (first, i), (i, last)
    return [shape[i] for i in sorted(kept)]


def most_distant(shape, first, last, detail):
    """The index of the point furthest from the line between two others; 0 if none is beyond `detail`."""
    (ax, ay), (bx, by) = shape[first], shape[last]
    dx, dy = bx - ax, by - ay
    length = hypot(dx, dy)
    worst, found = detail, 0
    for i in range(first + 1, last):
        x, y = shape[i]
        off = abs(dx * (y - ay) - dy * (x - ax)) / length if length else hypot(x - ax, y - ay)
        if off > worst:
            worst, found = off, i
    return found


def without_repeats(points):
    kept = []
    for point in points:
        if not kept or kept[-1] != point:
            kept.append(point)
    return kept[:-1] if len(kept) > 1 and kept[0] == kept[-1] else kept


def area(shape):
    """The area inside in px², below zero when the shape runs against the clock on the screen."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*shape, *shape[:1]])) / 2


def subpath(shape):
    if not shape:
        return ""
    (x, y), *_ = shape
    steps = "".join(f"{signed(b[0] - a[0])}{signed(b[1] - a[1])}" for a, b in pairwise(shape))
    return f"M{x} {y}l{steps.lstrip()}z"


def signed(number):
    return str(number) if number < 0 else f" {number}"


# The outlines


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


@cache
def outlines(gap_km=0):
    """Every shoreline, without points closer than gap_km to the one before; prepared once in a process."""
    thin = (without_neighbours(places, gap_km / EARTH_RADIUS_KM) for places in shorelines())
    return tuple(outline(places) for places in thin if len(places) > 2)


@cache
def shorelines():
    """Lists of (lat, lon) in degrees."""
    file = json.loads((Path(__file__).parent.parent / "data" / "land.json").read_text())
    return tuple(shoreline(ring, file["units_per_degree"]) for ring in file["rings"])


def shoreline(ring, unit):
    """From steps, east and north by turns, the first of them from (0, 0)."""
    # Some 400 m off the grid: a place given in hundredths of a degree is then never right opposite a vertex,
    # which would lie in every direction at once.
    off = 0.3141592
    lons, lats = accumulate(ring[::2]), accumulate(ring[1::2])
    return [((lat + off) / unit, (lon + off) / unit) for lat, lon in zip(lats, lons, strict=True)]


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


# The world


def world_xy(lat, lon):
    """Where a place stands on static/img/world.svg, in units of its viewBox; Equal Earth projection."""
    x, y = equal_earth(radians(lat), radians((lon - WORLD_MERIDIAN + 180) % 360 - 180))
    _, top = equal_earth(radians(WORLD_NORTH), 0)
    widest, _ = equal_earth(0, pi)
    scale = WORLD_WIDTH / 2 / widest
    return WORLD_WIDTH / 2 + x * scale, (top - y) * scale


def equal_earth(lat, lon):
    """Radians to plane units, after Šavrič, Patterson and Jenny (2018), doi:10.1080/13658816.2018.1504949."""
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    t = asin(sqrt(3) / 2 * sin(lat))
    slope = 9 * a4 * t**8 + 7 * a3 * t**6 + 3 * a2 * t**2 + a1
    return 2 * sqrt(3) * lon * cos(t) / (3 * slope), a4 * t**9 + a3 * t**7 + a2 * t**3 + a1 * t


# Clusters


@dataclass(frozen=True)
class Cluster:
    """A circle on a map for one or more points: its middle and radius in px, and the keys of its points."""

    x: float
    y: float
    r: int
    keys: tuple

    @property
    def hit(self):
        """The radius that answers to a finger: never less than 12 px."""
        return max(self.r, 12)


def clusters(points, min_gap):
    """The points (x, y, key) as circles; what can be pressed of any two is at least min_gap px apart.

    The order of the points does not matter. The greatest circle comes first.
    """
    grid = Grid(2 * circle_radius(float("inf")) + min_gap)
    waiting = gathered(points)
    while waiting:
        one = waiting.pop()
        other = grid.take_nearest(one, min_gap)
        if other:
            waiting.append(merged([one, other]))
        else:
            grid.put(one)
    return sorted(grid.all(), key=lambda one: (-len(one.keys), one.x, one.y, str(one.keys)))


def gathered(points, cell=8):
    """First by the cells of a fine grid: what shares one would overlap anyway."""
    cells = {}
    for x, y, key in sorted(points, key=lambda point: (point[0], point[1], str(point[2]))):
        cells.setdefault((x // cell, y // cell), []).append(Cluster(x, y, circle_radius(1), (key,)))
    ordered = sorted(cells.items(), key=lambda item: (len(item[1]), item[0]))
    return [merged(found) for _, found in ordered]


def merged(parts):
    """One circle in the weighted middle of others."""
    keys = tuple(key for part in parts for key in part.keys)
    x = fsum(part.x * len(part.keys) for part in parts) / len(keys)
    y = fsum(part.y * len(part.keys) for part in parts) / len(keys)
    return Cluster(x, y, circle_radius(len(keys)), keys)


def circle_radius(count):
    """7 px for one, from 12 px for two to 24 px for 128 and more."""
    return 7 if count == 1 else ceil(10 + 2 * log2(min(count, 128)))


class Grid:
    """Circles that keep their distance, found by the square they stand in."""

    def __init__(self, size):
        self.size = size
        self.squares = {}

    def put(self, one):
        self.squares.setdefault(self.square(one), []).append(one)

    def all(self):
        return [one for square in self.squares.values() for one in square]

    def take_nearest(self, one, min_gap):
        """Removes and returns the nearest circle that is too close; None when there is none."""
        close = [other for other in self.around(one) if gap(one, other) < min_gap]
        if not close:
            return None
        nearest = min(close, key=lambda other: (gap(one, other), other.x, other.y))
        self.squares[self.square(nearest)].remove(nearest)
        return nearest

    def around(self, one):
        column, row = self.square(one)
        for i in (column - 1, column, column + 1):
            for j in (row - 1, row, row + 1):
                yield from self.squares.get((i, j), ())

    def square(self, one):
        return one.x // self.size, one.y // self.size


def gap(one, other):
    return hypot(one.x - other.x, one.y - other.y) - one.hit - other.hit
