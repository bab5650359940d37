"""That a case was read, or taken away as a file: noted after the answer, and nothing about who."""

import logging

from flask import current_app, g, request
from flask_login import current_user

from exchange.core.models import now
from exchange.core.visitors import is_person
from exchange.front.views import front
from exchange.network.service.figures import reads, spool
from exchange.practices import media, service

COUNTED = {  # which page → what it counts as
    "front.case": "read",
    "front.revision": "read",
    "api.citation": "download",
    "api.whole_case": "download",
    "practices.document": "download",
}
log = logging.getLogger(__name__)


@front.after_app_request
def note_visit(response):
    if response.status_code == 200 and is_person(request):
        told = [(public_id, act) for public_id, act in counted() if public_id]
        own = their_own({public_id for public_id, _act in told})
        for public_id, act in told:
            if public_id not in own:
                note(public_id, act)
    return response


def counted():
    """(public id, act) of what this answer gives; what gives a file of several cases names them in `g`."""
    if act := COUNTED.get(request.endpoint):
        yield asked_for(request.view_args), act
    yield from ((public_id, "download") for public_id in g.get("taken_away", ()))


def note(public_id, act):
    """That it cannot be noted hinders nobody."""
    try:
        spool.note(current_app.config["SETTINGS"].reads, now().date(), public_id, act)
    except OSError as error:
        log.warning("a visit was not counted: %s", error)


def asked_for(args):
    """The public id of the case that an address names, or None."""
    if "medium_id" in args:
        found = media.find(args["medium_id"])
        return found[1].public_id if found and service.shows(found[1], found[0]) else None
    return args.get("public_id") or args["ref"].split("-")[0]


def their_own(public_ids):
    """Those that this person tells or reviews: they are none of their readers. One query for all of them."""
    if not current_user.is_authenticated or not public_ids:
        return set()
    found = service.find_all(public_ids)
    return {one.public_id for one in found if reads.may_be_seen_by(current_user, one)}
