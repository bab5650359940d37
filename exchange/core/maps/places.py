"""Places on the sphere: how far apart they are, how they are written, round distances from one of them."""

from math import acos, asin, cos, floor, log10, pi, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088
FARTHEST_KM = pi * EARTH_RADIUS_KM


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


def unit_vector(lat, lon):
    lat, lon = radians(lat), radians(lon)
    return cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)


def dot(a, b):
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def angle(a, b):
    return acos(max(-1.0, min(1.0, dot(a, b))))
