"""Results as claims, and what was found of each: the same in every exit."""

from exchange.practices import service as practices

TOLD = (
    "indicator",
    "kind",
    "unit",
    "period",
    "baseline",
    "baseline_when",
    "value",
    "value_when",
    "comparator",
    "method",
    "source",
)


def claims(practice, revision, checks):
    """The results of a revision with the state of each: unchecked, checked, disputed or outdated."""
    return [claim(row, checks.get((practice.id, practices.claim_of(row)))) for row in rows_of(revision)]


def rows_of(revision):
    return [row for row in revision.get("results", []) if isinstance(row, dict)]


def claim(row, check):
    told = {name: row[name] for name in TOLD if row.get(name)}
    if check is None:
        return {**told, "check": {"state": "unchecked"}}
    return {**told, "check": {"state": check.state, "date": check.at.date().isoformat(), "note": check.note}}


def in_a_line(claim):
    """'Voters: 1200 (2015) → 5400 (2019) people – checked'."""
    before, after = (with_date(claim, name) for name in ("baseline", "value"))
    figures = " ".join(part for part in (f"{before} → {after}", claim.get("unit", "")) if part)
    return f"{claim.get('indicator', '')}: {figures} – {claim['check']['state']}"


def with_date(claim, name):
    when = claim.get(f"{name}_when")
    return claim.get(name, "?") + (f" ({when})" if when else "")


def states(claims):
    return [one["check"]["state"] for one in claims]


def proposed(evaluation):
    """An evaluation that a reader proposed and a moderator accepted."""
    return {
        "title": evaluation.title,
        "address": evaluation.address,
        "design": evaluation.design,
        "finding": evaluation.finding,
        "language": evaluation.language,
        "accepted": evaluation.decided_at.date().isoformat(),
    }
