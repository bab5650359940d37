"""The demonstration's ledger: who took up which of its public cases, from public sources, marked as such."""

import tomllib
from pathlib import Path

from exchange.accounts import service as accounts
from exchange.core import journal
from exchange.core.models import db, now
from exchange.network.models.ledger import IN_USE, Transfer, TransferStage, TransferWord
from exchange.network.service.codes import new_code
from exchange.network.service.ledger import counting, descent, recording
from exchange.practices import service as practices
from exchange.practices.models import Practice

FOLDER = Path(__file__).resolve().parent.parent / "demo" / "transfers"


def seed(by):
    """Record those whose case is public here; returns how many. One that is recorded stays as it is."""
    told = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))]
    made = sum(add(facts, by) for facts in told if facts.get("practice"))
    descent.rebuild()
    return made


def add(facts, by):
    """Whether it was recorded: its case is public, its city is known and has no record of it yet."""
    practice = find_case(facts["practice"])
    city = accounts.find_city(facts["to_city"])
    if practice is None or city is None or practice.city_id == city.id:
        return False
    if recording.find_of(practice, city):
        return False
    transfer = Transfer(
        public_id=new_code(Transfer.public_id), practice=practice, city=city, is_demonstration=True
    )
    db.session.add(transfer)
    recording.put(transfer, told_by(facts))
    remember(transfer, facts)
    journal.record("record transfer", recording.subject(transfer), by, news=False, stage=transfer.stage)
    counting.count(practice)
    return True


def find_case(slug):
    """The public case that came from that file, or None."""
    found = db.session.query(Practice).filter_by(origin_source="demonstration", origin_id=slug).one_or_none()
    return found if found and found.visibility == "public" and practices.public_revision(found) else None


def told_by(facts):
    """What `recording.put` takes."""
    cost = facts.get("cost") or {}
    money = {"amount": str(cost.get("amount", "")), "currency": cost.get("currency", "")}
    used = {facts["stage"], facts.get("was")} & set(IN_USE)
    return {
        "stage": facts["stage"],
        "start": (facts.get("start") or facts.get("from")) if used else None,
        "components": [dict(row) for row in facts.get("components", ())],
        "cost": {**money, "price_year": str(cost.get("year", "")), "source": cost.get("source", "")}
        if cost
        else {},
        "result": facts.get("result", ""),
        "stopped_because": facts.get("stopped_because", ""),
        "sources": [source_of(one) for one in facts.get("sources", ())],
        "language": facts.get("language", "en"),
    }


def source_of(one):
    return {"address": one} if isinstance(one, str) else dict(one)


def remember(transfer, facts):
    """Its stages with the dates that the sources tell, and the origin's word where they tell one."""
    since = {facts.get("was"): facts.get("from")} if facts.get("was") else {}
    since[transfer.stage] = facts.get("to") if transfer.stage == "stopped" else facts.get("from")
    transfer.stages += [TransferStage(stage=stage, since=day, at=now()) for stage, day in since.items()]
    if facts.get("confirmed_by_origin"):
        transfer.words.append(TransferWord(word="confirmed", fingerprint=transfer.fingerprint, at=now()))
    db.session.flush()
