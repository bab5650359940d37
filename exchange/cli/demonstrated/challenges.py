"""Challenges of the demonstration, with their answers: written for it, and marked so."""

import tomllib
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from exchange.accounts import service as accounts
from exchange.cli.demonstrated import people
from exchange.core.models import db
from exchange.network.service.talk import answering, challenges
from exchange.practices.models import Practice

FOLDER = Path(__file__).resolve().parents[2] / "demo" / "challenges"
WORDS = ("asked_by", "title", "text", "constraints", "topics", "by_when", "language")
UNTIL_MARKED = timedelta(days=2)


def add():
    for path in sorted(FOLDER.glob("*.toml")):
        add_challenge(tomllib.loads(path.read_text(encoding="utf-8")))


def add_challenge(facts):
    city = accounts.find_city(facts["city"])
    words = {name: facts[name] for name in WORDS if name in facts}
    by = people.official(facts["person"], city)
    made = challenges.put(by, city, words, is_demonstration=True)
    made.at = made.changed_at = at_noon(facts["on"])
    for answer in facts.get("answers", ()):
        add_answer(made, answer, by)
    if facts.get("outcome"):
        made.outcome, made.closed_by_id = facts["outcome"], by.id
        made.closed_at = made.changed_at = at_noon(facts["closed_on"])


def add_answer(challenge, facts, asker):
    city = accounts.find_city(facts["city"])
    practice = case_of(facts["practice"]) if facts["kind"] == "practice" else None
    by = people.official(facts["person"], city)
    language = facts.get("language", challenge.language)
    made = answering.put_answer(challenge, by, city, facts["kind"], facts["text"], language, practice)
    made.at = at_noon(facts["on"])
    if facts.get("helped"):
        made.helped_at, made.helped_by_id = made.at + UNTIL_MARKED, asker.id


def case_of(slug):
    return db.session.query(Practice).filter_by(origin_source="demonstration", origin_id=slug).one()


def at_noon(day):
    return datetime.combine(datetime.fromisoformat(day).date(), time(12), tzinfo=UTC)
