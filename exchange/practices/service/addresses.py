"""The address of a case, and the place it stands at."""

import re
import unicodedata

PLAIN_WORD = re.compile("[a-z0-9]+")


def slug_of(text):
    """A title as the readable end of an address; may be empty."""
    folded = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    return "-".join(PLAIN_WORD.findall(folded))[:80].rstrip("-")


def path_of(practice, title):
    """'/practices/K7Q2MX-a-price-on-the-bridges': permanent, whatever becomes of the title."""
    return path_to(practice.public_id, title)


def path_to(public_id, title):
    slug = slug_of(title)
    return f"/practices/{public_id}" + (f"-{slug}" if slug else "")


def place_of(practice, answers):
    """(lat, lon) where a case stands: its own place, else the centre of its city; None if nobody knows."""
    if own := own_place(answers):
        return own
    city = practice.city
    return (city.lat, city.lon) if city and city.lat is not None and city.lon is not None else None


def own_place(answers):
    """(lat, lon) that the case itself names, or None."""
    for row in answers.get("location") or ():
        lat, lon = degrees(row.get("lat"), 90), degrees(row.get("lon"), 180)
        if lat is not None and lon is not None:
            return lat, lon
    return None


def degrees(text, most):
    """A typed angle as a number, or None."""
    try:
        found = float(text)
    except (TypeError, ValueError):
        return None
    return found if abs(found) <= most else None
