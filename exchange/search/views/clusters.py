"""Places gathered to circles that a finger can tell apart, and the rectangles round them.

Rectangles are (west, south, east, north) in degrees; those that are given back may run beyond 180° and are
brought home by `home`. Everything works across the date line.
"""

import numpy as np

from exchange.core import maps
from exchange.core.maps import Cluster

CELL = 8  # px; what shares a cell would overlap anyway
GAP = 2  # px between what can be pressed
MARGIN = 0.08  # of a rectangle, added on each side
LEAST_MARGIN = 0.05  # degrees
SAME_PLACE = 0.001  # degrees


def circles(xs, ys, most=None):
    """Clusters of these points, their keys the positions of the points; no two of them touch.

    With `most`, coarser ones until they are no more than that.
    """
    cell, found = CELL, maps.spaced(in_cells(xs, ys, CELL), GAP)
    while most and len(found) > most:
        cell *= 2
        found = maps.spaced(in_cells(xs, ys, cell), GAP)
    return found


def in_cells(xs, ys, cell):
    """One Cluster for each cell of a grid that holds points, in the middle of them; the fullest last."""
    if not len(xs):
        return []
    columns, rows = np.floor(xs / cell).astype(np.int64), np.floor(ys / cell).astype(np.int64)
    _, cells, counts = np.unique((columns << 32) + rows, return_inverse=True, return_counts=True)
    middles = np.bincount(cells, xs) / counts, np.bincount(cells, ys) / counts
    members = np.split(np.argsort(cells, kind="stable"), np.cumsum(counts)[:-1])
    return [
        Cluster(float(middles[0][n]), float(middles[1][n]), maps.circle_radius(int(counts[n])), keys)
        for n in np.argsort(counts, kind="stable")
        for keys in [tuple(members[n].tolist())]
    ]


def box_of(lats, lons):
    """The smallest rectangle round these places, whichever side of the globe it lies on."""
    round_globe = np.sort(lons)
    gaps = np.diff(np.append(round_globe, round_globe[0] + 360))
    widest = int(np.argmax(gaps))
    west = float(round_globe[(widest + 1) % len(round_globe)])
    return west, float(lats.min()), west + 360 - float(gaps[widest]), float(lats.max())


def is_one_place(box):
    west, south, east, north = box
    return east - west < SAME_PLACE and north - south < SAME_PLACE


def padded(box):
    """The rectangle with some room on all sides, so that nothing stands on its edge."""
    west, south, east, north = box
    across, up = (max(side * MARGIN, LEAST_MARGIN) for side in (east - west, north - south))
    if east - west + 2 * across >= 360:
        return -180.0, max(south - up, -90.0), 180.0, min(north + up, 90.0)
    return west - across, max(south - up, -90.0), east + across, min(north + up, 90.0)


def home(box):
    """The same rectangle as a question has it: both sides between -180 and 180."""
    west, south, east, north = (round(float(edge), 4) for edge in box)
    return wrapped(west), south, wrapped(east), north


def wrapped(lon):
    return lon if -180 <= lon <= 180 else round((lon + 180) % 360 - 180, 4)


def unrolled(box):
    """A question's rectangle with its east edge to the east of its west edge."""
    west, south, east, north = box
    return west, south, east if east >= west else east + 360, north


def towards(lons, middle):
    """The same meridians on the turn of the globe that has `middle` in its middle."""
    return middle + (np.asarray(lons) - middle + 180) % 360 - 180
