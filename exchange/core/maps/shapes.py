"""Shapes on the sheet: closed lists of (x, y) in px, the last point joined to the first."""

from itertools import pairwise
from math import dist, hypot

DETAIL_PX = 0.9


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
