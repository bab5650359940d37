"""The cover of a case and the region round a city, as a map file and as what a template draws."""

from dataclasses import dataclass
from math import hypot

from exchange.core.maps.azimuthal import Frame, land_path
from exchange.core.maps.places import FARTHEST_KM, distance_km

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
