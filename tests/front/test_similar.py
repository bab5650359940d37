"""A reader of one case is led to others that tell of the same."""

import re
import shutil

import pytest
from sqlalchemy import event

from exchange.core.models import db
from exchange.practices import service as practices
from exchange.search import indexing
from tests.search import stage

TRAMS = [
    (
        f"Tram line {n} on grass",
        dict(summary="Rails in lawn keep the tram quiet and the street cool.", topics=["cycling"]),
    )
    for n in range(6)
]
OTHERS = [(f"{thing} {place}", {}) for thing in ("Rent", "Bread", "Books", "Trees") for place in "ABCDE"]


@pytest.fixture
def told(app):
    return stage.play(app, TRAMS + OTHERS)


def similar(app, told, title):
    """The titles under 'Similar cases' on the page of a case."""
    page = app.test_client().get(f"/practices/{told[title]}", follow_redirects=True).get_data(as_text=True)
    section = re.search(
        r'<section class="section no-print" aria-labelledby="similar">.*?</section>', page, re.S
    )
    return re.findall(r'<h3 class="result__title"><a [^>]+>([^<]+)</a>', section[0]) if section else []


def test_up_to_four_similar_cases_are_shown_and_never_the_case_itself(app, told):
    found = similar(app, told, TRAMS[0][0])
    assert len(found) == 4 and len(set(found)) == 4
    assert {title.partition(" ")[0] for title in found} == {"Tram"}
    assert TRAMS[0][0] not in found


def test_a_case_withdrawn_a_moment_ago_is_similar_to_nothing(app, told):
    with app.app_context():
        for title in [title for title, _ in TRAMS[1:4]]:
            practices.show(practices.find(told[title]), "tombstone", stage.moderator(), "Withdrawn.")
        db.session.commit()
        assert told[TRAMS[1][0]] in indexing.get_engine(app).known(), "the index has not heard of it yet"
    assert sorted(similar(app, told, TRAMS[0][0])) == [TRAMS[4][0], TRAMS[5][0]]


def test_nothing_is_shown_where_the_engine_is_away_or_nothing_is_alike(app, told):
    shutil.rmtree(app.config["SETTINGS"].index)
    assert similar(app, told, TRAMS[0][0]) == []


def test_four_similar_cases_cost_as_many_looks_into_the_database_as_one(app):
    told = stage.play(app, TRAMS[:2] + OTHERS)
    few = selects(app, told[TRAMS[0][0]])
    assert len(similar(app, told, TRAMS[0][0])) == 1
    told |= stage.play(app, TRAMS[2:])
    assert len(similar(app, told, TRAMS[0][0])) == 4
    assert selects(app, told[TRAMS[0][0]]) == few


def selects(app, public_id):
    asked = []
    with app.app_context():
        engine = db.engine
    note = lambda *args: asked.append(args[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", note)
    app.test_client().get(f"/practices/{public_id}", follow_redirects=True)
    event.remove(engine, "before_cursor_execute", note)
    return len([one for one in asked if one.startswith("SELECT")])
