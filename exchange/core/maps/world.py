"""The world in Equal Earth, and points gathered to circles that a finger can tell apart."""

from dataclasses import dataclass
from math import asin, ceil, cos, fsum, hypot, log2, pi, radians, sin, sqrt

# The cut runs through the Bering Strait, and the poles end where no city is: more room for the rest.
WORLD_MERIDIAN = 11
WORLD_NORTH = 84
WORLD_SOUTH = -57
WORLD_WIDTH = 1000
WORLD_HEIGHT = 435


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
    return spaced(gathered(points), min_gap)


def spaced(circles, min_gap):
    """Circles of which any two that were closer than min_gap px are one now; the greatest comes first."""
    grid = Grid(2 * circle_radius(float("inf")) + min_gap)
    waiting = list(circles)
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
