"""Support questions of the demonstration that both sides made public: written for it, and marked so."""

import tomllib
from pathlib import Path

from exchange.accounts import service as accounts
from exchange.cli.demonstrated import people
from exchange.cli.demonstrated.challenges import at_noon, case_of
from exchange.core.models import db
from exchange.network.models.talk import Question, QuestionReply, Request
from exchange.network.service.codes import new_code

FOLDER = Path(__file__).resolve().parents[2] / "demo" / "questions"
WORDS = ("kind", "title", "text", "language", "topics")


def add():
    for path in sorted(FOLDER.glob("*.toml")):
        add_question(tomllib.loads(path.read_text(encoding="utf-8")))


def add_question(facts):
    city, at = accounts.find_city(facts["city"]), at_noon(facts["on"])
    made = Question(
        **{name: facts[name] for name in WORDS},
        public_id=new_code(Question.public_id),
        city=city,
        by=people.official(facts["person"], city),
        practice=case_of(facts["practice"]) if "practice" in facts else None,
        is_demonstration=True,
        at=at,
        agreed_at=at,
        closed_at=at_noon(facts["closed_on"]) if "closed_on" in facts else None,
    )
    db.session.add(made)
    for reply in facts["replies"]:
        add_reply(made, reply)
    db.session.flush()


def add_reply(question, facts):
    """A city was asked, and replied."""
    city, at = accounts.find_city(facts["city"]), at_noon(facts["on"])
    by = people.official(facts["person"], city)
    asked = Request(question=question, city=city, why="topic", at=question.at, answered_at=at)
    said = QuestionReply(
        question=question,
        by=by,
        city=city,
        text=facts["text"],
        language=question.language,
        at=at,
        agreed_at=at,
    )
    db.session.add_all((asked, said))
