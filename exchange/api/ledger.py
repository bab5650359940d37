"""What leaves the house about who took up what: records as JSON and as cells, the family of a case."""

from exchange.api.facts import absolute
from exchange.network.service.ledger import drawing, family, listing

COLUMNS = (
    "id",
    "practice",
    "title",
    "from_city",
    "to_city",
    "stage",
    "stage_since",
    "first_used",
    "standing",
    "standing_reason",
    "standing_since",
    "kept",
    "changed",
    "dropped",
    "cost_amount",
    "cost_currency",
    "cost_price_year",
    "cost_per_head",
    "result",
    "stopped_because",
    "sources",
    "language",
    "demonstration",
    "url",
)


def told(record):
    """A record as JSON: what its page shows to everyone, and no person's name."""
    held = record.transfer
    word = held.word
    return {
        "id": held.public_id,
        "practice": record.practice.public_id,
        "title": record.title,
        "from_city": record.origin.slug if record.origin else None,
        "to_city": record.city.slug,
        "stage": held.stage,
        "stages": [
            {"stage": one.stage, "since": one.since, "recorded": one.at.date().isoformat()}
            for one in held.stages
        ],
        "first_used": held.start,
        "standing": held.standing,
        "word": {"word": word.word, "reason": word.reason, "on": word.at.date().isoformat()}
        if word
        else None,
        "components": held.components,
        "cost": {**held.cost, "per_head": per_head(held)} if held.cost else None,
        "result": held.result,
        "stopped_because": held.stopped_because,
        "sources": held.sources,
        "language": held.language,
        "demonstration": held.is_demonstration,
        "url": absolute(record.path),
        "practice_url": absolute(record.case_path),
    }


def per_head(held):
    cost = drawing.cost_of(held)
    return f"{cost.per_head:.4g}" if cost and cost.per_head else None


def flat(record):
    """A record as cells."""
    held, one = record.transfer, told(record)
    word, cost = one["word"] or {}, one["cost"] or {}
    parts = {what: named(held.components, what) for what in ("kept", "changed", "dropped")}
    return {
        **one,
        **parts,
        "stage_since": record.since,
        "standing_reason": word.get("reason", ""),
        "standing_since": word.get("on", ""),
        "sources": " ".join(row.get("address", "") for row in held.sources),
        **{f"cost_{name}": cost.get(name) or "" for name in ("amount", "currency", "price_year", "per_head")},
    }


def named(components, what):
    rows = [row for row in components if row.get("what") == what]
    return "; ".join(f"{row['name']} ({row['why']})" if row.get("why") else row["name"] for row in rows)


def family_of(practice, revision):
    """The family of a case: members by key, links from the older to the younger; None for one alone."""
    found = family.family_of(practice, revision)
    if found is None:
        return None
    return {"members": [member(one) for one in found.members], "links": [link(one) for one in found.links]}


def member(one):
    practice = one.practice
    return {
        "key": one.key,
        "practice": practice.public_id if practice else None,
        "city": one.city.slug if one.city else None,
        "title": one.revision.title if one.revision is not None else None,
        "words": one.words or None,
        "year": int(one.year) if one.year.isdecimal() else None,
        "url": absolute(one.path) if one.path else None,
    }


def link(one):
    return {
        "from": one.parent.key,
        "to": one.child.key,
        "borrowed": one.is_told,
        "changed": one.changed or None,
        "transfer": one.record.transfer.public_id if one.record else None,
        "stage": one.record.transfer.stage if one.record else None,
        "standing": one.record.transfer.standing if one.record else None,
    }


def beside(practice, revision):
    """What other cities made of a case, and its family."""
    records = listing.of_practice(practice)
    times, confirmed = listing.replication(records)
    return {
        "times_taken_up": times,
        "times_confirmed": confirmed,
        "transfers": [told(record) for record in records],
        "family": family_of(practice, revision),
    }
