"""The network in numbers: counted over what everybody reads, on the page and in the table to take away."""

import csv
import io
from collections import Counter
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, text

from exchange.core.models import db, now
from exchange.network.models.figures import ReadTotal
from exchange.network.models.ledger import Transfer
from exchange.network.service.figures import overview
from exchange.network.service.talk import answering, reports
from exchange.network.views.figures import pages
from exchange.practices.models import Practice
from exchange.search import indexing
from tests import cast
from tests.network import things
from tests.network.talk import stage


@pytest.fixture
def town(app):
    """Two public cases, a draft, an adoption, a challenge with an answer that helped, an event."""
    with app.app_context():
        ana, bruno, otto = cast.ana(), cast.bruno(), stage.otto()
        one = cast.published(ana, bruno)
        cast.published(ana, bruno, title="Trams", topics=["cycling"], start="2019", evidence_design="trial")
        cast.draft(ana, title="Not public")
        db.session.add(
            Transfer(
                public_id="K7Q2MX",
                practice_id=one.id,
                city=cast.find_city("wien"),
                stage="running",
                was_used=True,
            )
        )
        challenge = stage.posed(ana)
        answer = stage.advice(challenge, otto)
        answering.mark_helped(answer, ana)
        hidden = stage.advice(challenge, otto, text="Buy my sails.")
        reports.hide(hidden, bruno, "It advertises.")
        things.public_event(ana, bruno)
        db.session.add(ReadTotal(practice_id=one.id, period="2025-11-26", act="read", number=1234))
        db.session.add(ReadTotal(practice_id=one.id, period="2025", act="download", number=5))
        db.session.commit()
        indexing.rebuild()
    return app


def table(app):
    text = app.test_client().get("/figures.csv").get_data(as_text=True).removeprefix("\ufeff")
    return {(row["figure"], row["code"]): row for row in csv.DictReader(io.StringIO(text))}


def test_what_is_public_is_counted(town):
    with town.app_context():
        cases = overview.cases()
        assert (cases.total, cases.cities, cases.countries) == (2, 1, 1)
        assert (
            cases.topics["governance"] == 1 and cases.topics["cycling"] == 1 and cases.topics["mobility"] == 1
        )
        assert cases.regions == {"150": 2}
        assert cases.began == {2015: 1, 2019: 1}
        assert cases.evidence == {"before-after": 1, "trial": 1}
        adoptions = overview.adoptions()
        assert (adoptions.total, adoptions.used, adoptions.confirmed, adoptions.cities) == (1, 1, 0, 1)
        talk = overview.talk()
        assert (talk.open, talk.closed, talk.answers, talk.helped, talk.cities) == (1, 0, 1, 1, 1)
        assert overview.dates().upcoming == 1
        assert overview.members().regions == {"150": (2, 1)}


def test_the_page_says_it_to_everybody(town):
    page = town.test_client().get("/figures").get_data(as_text=True)
    assert "The network in numbers" in page and "1,234" in page and "Not public" not in page
    assert 'href="/practices?topic=cycling"' in page


def test_the_table_to_take_away_says_the_same(town):
    rows = table(town)
    assert rows["practices", ""]["number"] == "2"
    assert rows["practices_by_topic", "cycling"]["number"] == "1"
    assert rows["practices_by_region", "150"] == {
        "figure": "practices_by_region", "code": "150", "name": "Europe", "number": "2"
    }  # fmt: skip
    assert rows["adoptions_by_stage", "running"]["number"] == "1"
    assert rows["reads_by_year", "2025"]["number"] == "1234"
    assert rows["downloads_by_year", "2025"]["number"] == "5"
    assert rows["answers_helped", ""]["number"] == "1"


def test_what_is_no_longer_public_is_not_counted(town):
    with town.app_context():
        db.session.execute(db.update(Practice).values(visibility="unlisted"))
        db.session.commit()
        cases = overview.cases()
        assert cases.total == 0 and overview.adoptions().total == 0
    assert table(town)["practices", ""]["number"] == "0"


def test_an_empty_network_says_so(app):
    page = app.test_client().get("/figures").get_data(as_text=True)
    assert "No practice is public yet." in page and "No city is a member yet." in page


def test_confirmed_counts_while_the_record_reads_as_it_did(town):
    from exchange.network.models.ledger import TransferWord

    with town.app_context():
        held = db.session.query(Transfer).one()
        held.fingerprint = "a"
        for word, fingerprint, number in (("confirmed", "a", 1), ("disputed", "a", 0), ("confirmed", "b", 0)):
            db.session.add(TransferWord(transfer_id=held.id, word=word, fingerprint=fingerprint))
            db.session.flush()
            assert overview.adoptions().confirmed == number
            assert (held.standing == "confirmed") is bool(number) or db.session.refresh(held) is None


def test_the_same_number_of_queries_for_one_case_and_many(town):
    first = queries(town, "/figures")
    with town.app_context():
        ana = db.session.query(cast.User).filter_by(name="Ana").one()
        bruno = db.session.query(cast.User).filter_by(name="Bruno").one()
        for n in range(3):
            practice = cast.published(ana, bruno, title=f"Case {n}")
            db.session.add(
                Transfer(
                    public_id=f"ABCDE{n + 2}",
                    practice_id=practice.id,
                    city=cast.find_city("dakar"),
                    stage="considering",
                )
            )
            challenge = stage.posed(ana, title=f"Challenge {n}")
            stage.advice(challenge, db.session.query(cast.User).filter_by(name="Otto").one())
        db.session.commit()
        indexing.rebuild()
    assert queries(town, "/figures") == first


def queries(app, path):
    said = []
    client = app.test_client()
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    assert client.get(path).status_code == 200
    return len([one for one in said if one.lstrip().upper().startswith("SELECT")])


def test_a_year_ends_at_midnight_utc_wherever_the_database_runs(app):
    with app.app_context():
        if cast.POSTGRES:  # SQLite has no zone of its own that could be wrong
            name = db.session.scalar(text("SELECT current_database()"))
            db.session.execute(text(f"ALTER DATABASE \"{name}\" SET timezone TO 'Pacific/Auckland'"))
        stage.posed(cast.ana()).at = datetime(2025, 12, 31, 20, tzinfo=UTC)
        db.session.commit()
        db.engine.dispose()
        assert [(one.year, one.challenges) for one in overview.years()] == [(2025, 1)]


def test_a_year_that_nobody_can_mean_does_not_stretch_the_drawing():
    this = now().year
    rows = pages.year_rows(Counter({this - 1: 3, 2999: 1, overview.UNKNOWN: 2}))
    assert rows[0] == (this - 1, 3) and len(rows) < 10
    assert len(pages.year_rows(Counter({1066: 1, this: 1}))) == pages.MOST_YEARS
    assert pages.year_rows(Counter({overview.UNKNOWN: 2})) == []
