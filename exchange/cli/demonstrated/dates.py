"""The demonstration’s events, partners, positions and news, each from its source, as in real life."""

import tomllib
from pathlib import Path

from sqlalchemy import select

from exchange.accounts import service as accounts
from exchange.config import LANGUAGES
from exchange.core.models import db
from exchange.network.service import vetting
from exchange.network.service.dates import events, news
from exchange.network.service.partners import partners
from exchange.network.service.positions import positions, signing
from exchange.practices.models import Practice

FOLDER = Path(__file__).resolve().parents[2] / "demo"
PARTNER_KINDS = {"un": "united-nations", "network": "cities", "development": "agency"}


def add():
    """Partners first, because events may name them; a moderator lets every text through."""
    proposer, moderator = (accounts.find_user(f"{name}@exchange.example") for name in ("tilda", "milan"))
    for kind, add_one in (
        ("partners", add_partner),
        ("events", add_event),
        ("positions", add_position),
        ("news", add_news),
    ):
        for path in sorted((FOLDER / kind).glob("*.toml")):
            facts = tomllib.loads(path.read_text(encoding="utf-8"))
            thing, text = add_one(facts, proposer)
            vetting.let_through(text, moderator)
            thing.is_demonstration = True
            if kind == "positions":
                sign(thing, facts.get("signatories", []))


def add_event(facts, by):
    whole = facts.get("all_day") or "T" not in facts["start"]
    start, end = facts["start"], facts.get("end", "")
    content = {
        **{name: facts.get(name, "") for name in ("title", "summary", "zone", "place", "link", "source")},
        "start_day": start[:10],
        "start_time": "" if whole else start[11:16],
        "end_day": end[:10] if end[:10] != start[:10] else "",
        "end_time": "" if whole else end[11:16],
        "language": facts["language"],
        "languages": facts.get("languages", []),
        "city": facts.get("city", ""),
        "partner": facts.get("partner", ""),
        "topics": facts.get("topics", []),
        "registration": facts.get("registration", ""),
        "outcome": facts.get("outcome", ""),
        "links": [{"name": one["title"], "address": one["address"]} for one in facts.get("documents", [])],
    }
    return events.propose(content, by)


def add_partner(facts, by):
    about = facts["about"] if isinstance(facts["about"], dict) else {"en": facts["about"]}
    content = {
        **{name: facts.get(name, "") for name in ("name", "website", "source")},
        "kind": PARTNER_KINDS.get(facts["kind"], facts["kind"]),
        "about": {code: text for code, text in about.items() if code in LANGUAGES},
        "programmes": [
            {name: one.get(name, "") for name in ("name", "years", "text", "address")}
            for one in facts.get("programmes", [])
        ],
        "practices": public_ids(facts.get("practices", [])),
        "topics": facts.get("topics", []),
    }
    return partners.propose(content, by, slug=facts["slug"])


def public_ids(slugs):
    """The short names of cases of the demonstration, in the order of their files' names."""
    rows = dict(
        db.session.execute(
            select(Practice.origin_id, Practice.public_id).where(
                Practice.origin_source == "demonstration", Practice.origin_id.in_(slugs)
            )
        ).all()
    )
    return [rows[slug] for slug in slugs if slug in rows]


def add_position(facts, by):
    names = ("title", "addressee", "text", "outcome", "others")
    content = {
        **{name: facts.get(name, "") for name in names},
        "day": facts["date"],
        "language": facts["language"],
        "topics": facts.get("topics", []),
        "source": " ".join([facts["source"], *facts.get("sources", [])]),
    }
    return positions.propose(content, by)


def sign(position, slugs):
    """The cities that the source names, of those that are here."""
    found = accounts.cities_of(slugs)
    for slug in slugs:
        if slug in found:
            signing.add(position, found[slug])


def add_news(facts, by):
    names = ("title", "text", "source", "city", "partner")
    content = {
        **{name: facts.get(name, "") for name in names},
        "day": facts["date"],
        "language": facts["language"],
        "topics": facts.get("topics", []),
    }
    return news.propose(content, by)
