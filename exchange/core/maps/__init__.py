"""Maps drawn from data: covers, the region round a place, and the world with its clusters.

Covers and regions are azimuthal equidistant with the place in the middle, so that distance and
direction are true from there. The world is Equal Earth, so that areas are true. Latitude and longitude are
degrees (WGS84), x and y are pixels from the upper left corner. Outlines: Natural Earth, land 1:50m.
"""

from exchange.core.maps.azimuthal import SMALLEST_PX2, Frame, land_path, land_shapes
from exchange.core.maps.covers import COLOURS, Region, Spot, cover_svg, regional_svg
from exchange.core.maps.land import flat_land
from exchange.core.maps.places import (
    EARTH_RADIUS_KM,
    FARTHEST_KM,
    coordinates_label,
    distance_km,
    round_ring_steps,
)
from exchange.core.maps.shapes import area
from exchange.core.maps.world import (
    WORLD_HEIGHT,
    WORLD_MERIDIAN,
    WORLD_NORTH,
    WORLD_SOUTH,
    WORLD_WIDTH,
    Cluster,
    circle_radius,
    clusters,
    spaced,
    world_xy,
)

__all__ = [
    "COLOURS",
    "EARTH_RADIUS_KM",
    "FARTHEST_KM",
    "SMALLEST_PX2",
    "WORLD_HEIGHT",
    "WORLD_MERIDIAN",
    "WORLD_NORTH",
    "WORLD_SOUTH",
    "WORLD_WIDTH",
    "Cluster",
    "Frame",
    "Region",
    "Spot",
    "area",
    "circle_radius",
    "clusters",
    "coordinates_label",
    "cover_svg",
    "distance_km",
    "flat_land",
    "land_path",
    "land_shapes",
    "regional_svg",
    "round_ring_steps",
    "spaced",
    "world_xy",
]
