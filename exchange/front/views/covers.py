"""The cover of a case without a picture: a map drawn from its own data."""

from functools import lru_cache

from flask import Response, abort
from flask_login import current_user

from exchange.core import maps
from exchange.core.web import require
from exchange.front.views import front
from exchange.front.views.cases import SHOWN
from exchange.front.views.topics import root_of
from exchange.practices import service

COVERS = {"lead": (513, 330), "case": (376, 235), "card": (376, 197), "mini": (140, 84)}  # px
RADIUS_KM = {"street": 600, "district": 600, "region": 2500}
CITY_RADIUS_KM = 1800


@front.get("/covers/<practice>-<size>.svg")
def cover(practice, size):
    """The cover drawn from a case's own data; as public as the case itself."""
    found = service.find(practice)
    if found is None or size not in COVERS:
        abort(404)
    revision = service.public_revision(found)
    is_public = found.visibility in SHOWN and revision is not None
    if not is_public:
        require(found.may_be_seen_by(current_user))
        revision = service.latest_revision(found)
    place = service.place_of(found, revision.answers)
    if place is None:
        abort(404)
    radius = RADIUS_KM.get(revision.get("scale"), CITY_RADIUS_KM)
    answer = Response(draw_cover(*place, root_of(revision), *COVERS[size], radius), mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = "public, max-age=86400" if is_public else "private, no-store"
    return answer


@lru_cache(maxsize=4096)
def draw_cover(lat, lon, colour, width, height, radius):
    return maps.cover_svg(lat, lon, colour, width, height, radius)
