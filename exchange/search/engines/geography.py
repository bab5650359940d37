"""Where cases lie, on whole arrays of latitudes and longitudes in degrees; nan where nobody knows."""

import numpy as np

EARTH_KM = 6371.0


def in_box(lat, lon, box):
    """A mask of the places in a rectangle (west, south, east, north); west > east crosses the date line."""
    west, south, east, north = box
    across = (lon >= west) & (lon <= east) if west <= east else (lon >= west) | (lon <= east)
    return (lat >= south) & (lat <= north) & across


def kilometres(lat, lon, point):
    """How far each place is from a point (latitude, longitude)."""
    one, other = np.radians(point[0]), np.radians(lat)
    turn = np.radians(lon - point[1])
    haversine = np.sin((other - one) / 2) ** 2 + np.cos(one) * np.cos(other) * np.sin(turn / 2) ** 2
    return 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(haversine, 0, 1)))


def narrow(mask, lat, lon, query):
    """Those of the mask that lie where the question looks."""
    if query.within:
        mask = mask & in_box(lat, lon, query.within)
    if query.near:
        mask = mask & (kilometres(lat, lon, query.near[:2]) <= query.near[2])
    return mask
