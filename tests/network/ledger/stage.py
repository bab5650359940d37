"""What the tests of the ledger play with: Ana's public case of Porto, and Otto of Wien who takes it up."""

from exchange.accounts import service as accounts
from exchange.core.models import db
from exchange.network.models.ledger import Transfer
from exchange.network.service.ledger import fitting, recording
from exchange.network.service.talk import reports
from exchange.practices import service as practices
from tests import cast


def told(stage="running", **more):
    return {
        "stage": stage,
        "start": None,
        "components": [],
        "cost": {},
        "result": "",
        "stopped_because": "",
        "sources": [],
        "language": "en",
        **more,
    }


def otto(**more):
    return cast.person("Otto", city="wien", **more)


def record(practice, by, since=None, **more):
    return recording.record(practice, by.cities[0], told(**more), by, since)


def access(people, public, recorded):
    """Arguments for addresses of the ledger in the table of access: Otto took up one of two cases."""
    made = {"ref": record(recorded, people["other author"]).public_id}
    pages = ("network.transfer", "network.edit_transfer", "network.change_transfer", "network.transfer_word")
    pages += ("network.take_transfer_back",)
    here = {"public_id": public.public_id}
    return {
        **dict.fromkeys((*pages, "api.transfer"), made),
        **dict.fromkeys(("network.new_transfer", "network.record_transfer", "network.keep_conditions"), here),
        "api.transfers": {"ext": "csv"},
    }


def forms(args):
    """What only the stage knows of its forms: fingerprints."""
    made = recording.find(args["network.transfer"]["ref"])
    public = practices.find(args["network.keep_conditions"]["public_id"])
    (condition,) = fitting.conditions_of(practices.public_revision(public))
    base = {"base": made.fingerprint}
    return {
        "network.change_transfer": base,
        "network.transfer_word": base,
        "network.keep_conditions": {"have": condition.key},
    }


def leaking(mark, ana, bruno, public):
    """A record that is hidden, and one of a case that was withdrawn, with a marker in every text."""
    otto = accounts.find_user("otto@cast.example")
    texts = {
        "components": [{"name": f"{mark}part", "what": "changed", "why": f"{mark}why"}],
        "result": f"{mark}result",
        "sources": [{"name": f"{mark}source", "address": f"https://{mark}.example/"}],
    }
    hidden = record(public, otto, **texts)
    recording.give_word(hidden, "disputed", ana, hidden.fingerprint, f"{mark}reason")
    reports.hide(hidden, bruno, f"{mark}hidden")
    gone = cast.published(ana, bruno, title="Withdrawn with its record")
    record(gone, otto, stage="stopped", stopped_because=f"{mark}stopped", **texts)
    practices.show(gone, "tombstone", bruno, "Gone.")


def public_addresses():
    yield from ("/transfers", "/transfers?stage=stopped", "/transfers?to=wien", "/transfers.json")
    yield from ("/transfers.csv", "/cities/wien", "/practices?adoptions=1", "/practices.json?adoptions=1")
    for one in db.session.query(Transfer):
        yield from (f"/transfers/{one.public_id}", f"/transfers/{one.public_id}.json")


def hidden_path(mark):
    """The address of the record that is hidden."""
    found = next(one for one in db.session.query(Transfer) if one.result == f"{mark}result" and one.words)
    return f"/transfers/{found.public_id}"
