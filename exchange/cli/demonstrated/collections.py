"""Collections of the demonstration, made by a coordinator, so public at once; their notes are ours."""

import tomllib
from pathlib import Path

from exchange.accounts import service as accounts
from exchange.core.models import db
from exchange.network.service.kept import collections, publishing
from exchange.practices.models import Practice

FOLDER = Path(__file__).resolve().parents[2] / "demo" / "collections"
WORDS = ("title", "introduction", "language")


def add():
    for path in sorted(FOLDER.glob("*.toml")):
        add_collection(tomllib.loads(path.read_text(encoding="utf-8")))


def add_collection(facts):
    """A case that is not public in the demonstration is left out of it."""
    by = accounts.find_user(f"{facts['by'].lower()}@exchange.example")
    words = {name: facts[name] for name in WORDS}
    made = collections.make(by, words, is_demonstration=True)
    for entry in facts["entries"]:
        case = case_of(entry["practice"])
        if case is not None and case.visibility == "public":
            collections.add(made, by, case.public_id, entry["note"])
    if facts.get("public"):
        publishing.publish(made, by)


def case_of(slug):
    return db.session.query(Practice).filter_by(origin_source="demonstration", origin_id=slug).one_or_none()
