"""One case whole, for machines: every public answer, and what stands beside the text."""

import json

from exchange.api import claims, facts, ledger
from exchange.moderation import service as moderation
from exchange.practices import money, pointers, schema, translating
from exchange.practices import service as practices

SAID_ELSEWHERE = {"title", "summary", "language", "declarations", "licence", "results", "costs"}
WHY_SHOWN = {"results", "cost_band"}  # of which the page says why there is no answer


def as_json(case, language):
    """The case as a JSON document."""
    return json.dumps(whole(case, language), ensure_ascii=False, indent=1) + "\n"


def whole(case, language):
    practice, revision = case.practice, case.revision
    checks = moderation.checks_of([practice.id])
    approval = moderation.approval_of(revision)
    judged = approval.review if approval else None
    head = facts.facts(case, language, facts.evidence_of(judged), checks, [], {})
    return {
        **{name: head[name] for name in HEAD},
        "edition": revision.edition,
        "results": claims.claims(practice, revision, checks),
        "costs": [cost(one) for one in money.costs_of(revision)],
        "residents": residents(practice.city),
        **{field.name: told for field in schema.FIELDS.values() if (told := answer(field, case))},
        **({"story": revision.get("story")} if revision.get("story") else {}),
        "translations": translations_of(practice, revision),
        "missing": {name: why(name, reason) for name, reason in revision.missing.items()},
        "evaluations_proposed_by_readers": [
            claims.proposed(one) for one in moderation.evaluations_of(practice)
        ],
        **ledger.beside(practice, revision),
    }


HEAD = (
    "id",
    "version",
    "title",
    "summary",
    "language",
    "city",
    "country",
    "told_by",
    "city_word",
    "licence",
    "published",
    "confirmed_at",
    "confirm_by",
    "not_confirmed_since",
    "latitude",
    "longitude",
    "evidence_design",
    "evidence_independence",
    "url",
    "version_url",
)


def answer(field, case):
    """What everybody may read of an answer, or nothing."""
    if not field.public or field.name in SAID_ELSEWHERE or field.name in HEAD:
        return None
    told = case.revision.get(field.name, None)
    return SPECIAL.get(field.name, as_it_is)(told, case) if told else None


def as_it_is(told, _case):
    return told


def public_contacts(rows, _case):
    return [row for row in rows if row.get("shown_to") != "verified"]


def with_addresses(rows, case):
    """Files by the address at which they can be had now; of an older version only those still shown."""
    public = practices.public_revision(case.practice)
    files = schema.files_of(public) if public else set()
    return [{**without_file(row), **address_of(row)} for row in rows if row.get("file") in files]


def without_file(row):
    return {name: value for name, value in row.items() if name != "file"}


def address_of(row):
    return {"address": facts.absolute(f"/media/{row['file']}" + ("/1280.jpg" if "alt" in row else ""))}


def with_cities(told, _case):
    return [{"name": name, "slug": slug or None} for name, slug in pointers.cities_named(told, "en")]


def with_models(_rows, case):
    """The case whose idea was taken, with its address only while it is public."""
    return [
        {**one.row, **({"address": facts.absolute(one.path)} if one.path else {})}
        for one in pointers.models_of(case.revision)
    ]


SPECIAL = {
    "contacts": public_contacts,
    "media": with_addresses,
    "documents": with_addresses,
    "other_cities": with_cities,
    "borrowed_from": with_models,
}


def translations_of(practice, revision):
    """Language → its texts by their place, as readers get them now; of an older version there are none."""
    if revision.state != "published":
        return {}
    return {one.language: translation(revision, one) for one in translating.public_of([practice.id])}


def translation(revision, one):
    """`how` is human or machine, `stale` says that the original is another one since."""
    shown = translating.Told(revision, one).shown
    texts = {
        key: {"text": match.entry["text"], "how": match.entry["how"], "stale": match.is_stale}
        for key, match in shown.items()
    }
    return {"published": facts.day_of(one.published_at), "texts": texts}


def cost(one):
    """A cost in its own money; per head, and in euros of the price year where a rate was imported."""
    found = dict(one.row)
    if one.per_head is not None:
        found["per_head"] = f"{one.per_head:.4g}" if one.per_head else "0"
    if one.euros is not None:
        found |= {"euros": f"{one.euros:f}", "per_euro": one.rate.per_euro, "rate_source": one.rate.source}
    return found


def residents(city):
    count = money.residents(city)
    return {"count": count, "year": city.population_year, "source": city.population_source} if count else None


def why(name, reason):
    told = {"reason": reason.get("reason")}
    return {**told, "why": reason["why"]} if name in WHY_SHOWN and reason.get("why") else told
