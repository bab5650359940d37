"""The verbs of the ledger: a city records what it took up, the origin gives its word. The caller commits."""

from sqlalchemy import select

from exchange.core import journal
from exchange.core.models import db, hold_row, now
from exchange.network.models.ledger import IN_USE, STAGES, WORDS, Transfer, TransferStage, TransferWord
from exchange.network.service.codes import new_code
from exchange.network.service.ledger import counting
from exchange.network.service.ledger.reported import KIND, is_hidden
from exchange.network.service.talk import reports
from exchange.practices.models import READABLE, Practice
from exchange.practices.service import Changed, NotAllowed, fingerprint, stands_for

TOLD = ("stage", "start", "components", "cost", "result", "stopped_because", "sources", "language")


class Refusal(Exception):
    """A verb of the ledger says no and has changed nothing; see below (and NotAllowed, Changed)."""


class RecordedAlready(Refusal):
    """This city has a record of this practice: `transfer`."""

    def __init__(self, transfer):
        super().__init__(transfer.public_id)
        self.transfer = transfer


class ReasonMissing(Refusal):
    """Whoever stops, or disputes, says why."""


def record(practice, city, told, by, since=None):
    """The city's record of a practice that it considers, adapts, uses, or has stopped using.

    `told` holds TOLD; `since` is when it came to this stage. The same sent twice makes one record.
    Raises NotAllowed, RecordedAlready, ReasonMissing.
    """
    hold(practice)
    if not may_record(practice, city, by):
        raise NotAllowed("people of another city record what it took up, of cases that can be read")
    if (known := find_of(practice, city)) is not None:
        if known.fingerprint == fingerprint_of(told) and known.created_by_id == by.id:
            return known
        raise RecordedAlready(known)
    check(told)
    transfer = Transfer(
        public_id=new_code(Transfer.public_id), practice=practice, city=city, created_by_id=by.id
    )
    db.session.add(transfer)
    put(transfer, told)
    remember_stage(transfer, since, by)
    counting.count(practice)
    note("record transfer", transfer, by, stage=transfer.stage)
    return transfer


def change(transfer, told, by, base, since=None):
    """The record says this now; returns whether anything changed. `base` is the fingerprint it was read with.

    What the origin said of it stands as of what it had read. Raises NotAllowed, Changed, ReasonMissing.
    """
    hold(transfer)
    if not transfer.may_be_changed_by(by) or is_hidden(transfer):
        raise NotAllowed("the adopting city keeps its record")
    if base != transfer.fingerprint and fingerprint_of(told) != transfer.fingerprint:
        raise Changed(as_told(transfer))
    check(told)
    stage, before = transfer.stage, transfer.fingerprint
    put(transfer, told)
    if transfer.stage != stage:
        remember_stage(transfer, since, by)
    elif not correct_since(transfer, since) and transfer.fingerprint == before:
        return False
    transfer.changed_at = now()
    counting.count(transfer.practice)
    note("change transfer", transfer, by, stage=transfer.stage, was=stage)
    return True


def give_word(transfer, word, by, base, reason=""):
    """The origin confirms or disputes the record as it reads now; said again, nothing happens.

    Raises NotAllowed, Changed (it reads otherwise than when the page was opened), ReasonMissing.
    """
    hold(transfer)
    if word not in WORDS or not may_answer(transfer, by) or is_hidden(transfer):
        raise NotAllowed("people of the city of origin give its word")
    if transfer.fingerprint != base:
        raise Changed(as_told(transfer))
    if word == "disputed" and not reason.strip():
        raise ReasonMissing
    if transfer.standing == word and transfer.word.reason == reason.strip():
        return
    said = TransferWord(word=word, reason=reason.strip(), fingerprint=base, by_id=by.id)
    transfer.words.append(said)
    db.session.flush()
    counting.count(transfer.practice)
    note(f"{'confirm' if word == 'confirmed' else 'dispute'} transfer", transfer, by, reason=said.reason)


def take_back(transfer, by, reason):
    """It was recorded by mistake and is gone; the audit keeps that it stood there, and why it went.

    Once the origin has given its word the record is of two cities, and stays. Raises NotAllowed,
    ReasonMissing.
    """
    hold(transfer)
    if not transfer.may_be_taken_back_by(by) or is_hidden(transfer):
        raise NotAllowed("the adopting city takes a record back that the origin has not answered")
    if not reason.strip():
        raise ReasonMissing
    practice = transfer.practice
    note(
        "take transfer back", transfer, by, reason=reason.strip(), stage=transfer.stage, of=practice.public_id
    )
    reports.forget(transfer)
    db.session.delete(transfer)
    db.session.flush()
    counting.count(practice)


# May they?


def may_record(practice, city, by):
    return (
        by.is_authenticated
        and by.is_of(city.id)
        and practice.city_id != city.id
        and practice.visibility in READABLE
        and not practice.merged_into_id
    )


def may_answer(transfer, user):
    """People of the city that the practice comes from: after a merger, of the case that goes on."""
    origin = stands_for(transfer.practice).city_id
    return bool(user.is_authenticated and origin and user.is_of(origin))


def cities_for(practice, user):
    """The cities for which this person may record something of the case and has not yet."""
    if not user.is_authenticated:
        return []
    there = set(db.session.scalars(select(Transfer.city_id).where(Transfer.practice_id == practice.id)))
    return [city for city in user.cities if may_record(practice, city, user) and city.id not in there]


def check(told):
    if told["stage"] not in STAGES:
        raise NotAllowed("there is no such stage")
    if told["stage"] == "stopped" and not (told.get("stopped_because") or "").strip():
        raise ReasonMissing


# Parts of the verbs


def hold(row):
    """Keep the row until the commit, so that two who act at once come one after the other. Raises Gone."""
    hold_row(row, row.__mapper__.column_attrs.keys())
    if isinstance(row, Transfer):
        db.session.expire(row, ["words", "stages"])


def put(transfer, told):
    for name in TOLD:
        setattr(transfer, name, told.get(name) or EMPTY.get(name, ""))
    if transfer.stage != "stopped":
        transfer.stopped_because = ""
    transfer.was_used = bool(transfer.was_used or transfer.stage in IN_USE or transfer.start)
    transfer.fingerprint = fingerprint_of(as_told(transfer))
    db.session.flush()


EMPTY = {"start": None, "components": [], "cost": {}, "sources": [], "language": "en"}


def as_told(transfer):
    return {name: getattr(transfer, name) for name in TOLD}


def fingerprint_of(told):
    """The same for the same words, however empty answers are written."""
    kept = {name: told.get(name) for name in TOLD if told.get(name)}
    if kept.get("stage") != "stopped":
        kept.pop("stopped_because", None)
    return fingerprint({"language": "en", **kept})[:20]


def remember_stage(transfer, since, by):
    """The stage as a row; without a `start` of its own, a practice was first used when it came into use."""
    row = TransferStage(stage=transfer.stage, since=since or None, by_id=by.id if by else None)
    transfer.stages.append(row)
    db.session.flush()


def correct_since(transfer, since):
    """The day at which it came to its stage, told otherwise: returns whether it was."""
    if since is None or not transfer.stages or (transfer.stages[-1].since or "") == since:
        return False
    transfer.stages[-1].since = since or None
    return True


def note(act, transfer, by, **details):
    journal.record(act, subject(transfer), by, **details)


def subject(transfer):
    return f"transfer:{transfer.id}"


def find(public_id):
    """The record of that public id, hidden or not, or None."""
    return db.session.scalar(select(Transfer).where(Transfer.public_id == public_id))


def find_of(practice, city):
    return db.session.scalar(
        select(Transfer).where(Transfer.practice_id == practice.id, Transfer.city_id == city.id)
    )


def recount(payload):
    """Handler, when cases were merged or parted: how often each of the two was taken up."""
    named = [payload["subject"].partition(":")[2], payload.get("into")]
    for one in db.session.scalars(select(Practice).where(Practice.public_id.in_(named))):
        counting.count(one)


def recount_hidden(payload):
    """Handler, when something was hidden or shown again: hidden records do not count."""
    kind, _colon, number = payload["subject"].partition(":")
    transfer = db.session.get(Transfer, int(number)) if kind == KIND else None
    if transfer is not None:
        counting.count(transfer.practice)
