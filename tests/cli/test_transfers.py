"""The ledger of the demonstration: true to its files, marked, and of public cases alone."""

import tomllib

import pytest

from exchange.cli import demonstration_transfers as transfers
from exchange.core.models import db
from exchange.network.models.ledger import TREATMENTS, Transfer
from tests import cast

FILES = sorted(transfers.FOLDER.glob("*.toml"))


@pytest.fixture
def case(app):
    """A public case that came from the demonstration, and people who look after it."""
    with app.app_context():
        practice = cast.published(cast.ana(), cast.bruno())
        practice.origin_source, practice.origin_id = "demonstration", "budget"
        cast.find_city("wien")
        yield practice


FACTS = {
    "practice": "budget",
    "to_city": "wien",
    "stage": "stopped",
    "was": "piloting",
    "from": "2011",
    "to": "2012-05",
    "stopped_because": "The money went.",
    "cost": {"amount": 12, "currency": "EUR", "year": 2011, "source": "https://a.example/"},
    "sources": ["https://b.example/", {"name": "C", "address": "https://c.example/"}],
}


def test_a_stopped_one_keeps_what_it_was_and_is_marked(case):
    assert transfers.add(dict(FACTS), None) and not transfers.add(dict(FACTS), None), "once is enough"
    made = db.session.query(Transfer).one()
    assert [(one.stage, one.since, one.by_id) for one in made.stages] == [
        ("piloting", "2011", None),
        ("stopped", "2012-05", None),
    ]
    assert made.is_demonstration and made.standing == "unconfirmed" and case.times_taken_up == 1
    assert [row["address"] for row in made.sources] == ["https://b.example/", "https://c.example/"]


def test_what_was_only_considered_is_no_adoption(case):
    transfers.add({**FACTS, "was": "considering"}, None)
    assert (db.session.query(Transfer).one().start, case.times_taken_up) == (None, 0)


def test_what_is_not_public_here_is_left_out(case):
    assert not transfers.add({**FACTS, "practice": "unheard-of"}, None)
    assert not transfers.add({**FACTS, "to_city": "atlantis"}, None)
    assert not transfers.add({**FACTS, "to_city": "porto"}, None), "nobody takes up their own"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_names_its_sources_and_says_why_it_stopped(path):
    facts = tomllib.loads(path.read_text(encoding="utf-8"))
    told = transfers.told_by(facts)
    assert told["sources"] and all(row["address"].startswith("http") for row in told["sources"])
    assert (told["stage"] == "stopped") == bool(told["stopped_because"])
    assert all(row["what"] in TREATMENTS and row["name"] for row in told["components"])


def test_there_are_twelve_and_some_stopped():
    stages = [tomllib.loads(path.read_text(encoding="utf-8"))["stage"] for path in FILES]
    assert len(stages) >= 12 and stages.count("stopped") >= 3
