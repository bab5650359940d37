"""What the box offers while somebody types."""

import re
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from exchange.core.models import db
from exchange.practices import service as practices
from exchange.search import indexing
from exchange.search.views import offers
from tests import conftest
from tests.search import stage

RENT, COOP, BICIS, FAHRRAD = (title for title, _ in stage.CASES)
KINDS = ("topic", "city", "country", "tag", "goal", "case")


@pytest.fixture(scope="module")
def town(template, tmp_path_factory):
    app = conftest.copied_app(template, tmp_path_factory.mktemp("suggest"))
    stage.play(app)
    yield app
    conftest.put_away(app)


def answer(app, typed, language="en"):
    response = app.test_client().get("/suggest.json", query_string={"q": typed, "hl": language})
    assert response.status_code == 200
    return response.json


def offered(app, typed, language="en"):
    """Kind → {label: (count, address)}."""
    return {
        group["kind"]: {one["label"]: (one["count"], one["href"]) for one in group["offers"]}
        for group in answer(app, typed, language)["groups"]
    }


def test_names_and_titles_come_with_the_address_that_they_open(town):
    found = offered(town, "ren")
    assert found["topic"] == {"Rent regulation": (1, "/topics/rent-regulation")}
    assert list(found["case"]) == [RENT]
    count, address = found["case"][RENT]
    assert count is None and re.fullmatch("/practices/[A-Z0-9]{6}-rent-regulation-street-by-street", address)
    assert offered(town, "wie")["city"] == {"Vienna": (1, "/cities/wien")}
    assert offered(town, "sene")["country"] == {"Senegal": (1, "/practices?country=SN")}
    assert offered(town, "bici")["tag"] == {"Bicis": (1, "/practices?tag=bicis")}
    assert offered(town, "sdg 11")["goal"] == {
        "11 Sustainable cities and communities": (4, "/practices?sdg=11")
    }


def test_every_offered_address_opens_and_holds_as_many_cases_as_it_says(town):
    client = town.test_client()
    for typed in ("ren", "wie", "sene", "bici", "sdg 11", "hous", "l"):
        for group in answer(town, typed)["groups"]:
            for one in group["offers"]:
                page = client.get(one["href"])
                assert page.status_code == 200
                if one["count"]:
                    assert one["note"] in page.get_data(as_text=True) or group["kind"] == "city"


def test_names_are_the_readers_and_found_in_any_language(town):
    assert "Logement" in offered(town, "logem", "fr")["topic"]
    assert "Housing" in offered(town, "logem", "en")["topic"]
    assert "Wien" in offered(town, "vien", "de")["city"]


def test_a_name_that_shows_why_comes_first(town):
    """'Bicycles' is another name of cycling; a tag that begins so is what was meant."""
    with town.test_request_context():
        found = offers.while_typing("bici", "en")
    assert [one.label for one in found if one.kind != "case"][0] == "Bicis"


def test_a_title_is_found_by_its_words_and_the_beginning_of_another(town):
    assert list(offered(town, "street regul")["case"]) == [RENT]
    assert list(offered(town, "the rent of stre")["case"]) == [RENT], "small words are not asked for"
    assert list(offered(town, "title:stre")["case"]) == [RENT], "nor is a field"
    assert list(offered(town, "fahrradstrassen")["case"]) == [FAHRRAD]
    assert "case" not in offered(town, "street by zzz")


def test_a_case_says_its_language_and_where_it_comes_from(town):
    group = next(one for one in answer(town, "carril")["groups"] if one["kind"] == "case")
    assert group["title"] == "Practices"
    assert {key: group["offers"][0][key] for key in ("label", "language", "note")} == {
        "label": BICIS,
        "language": "es",
        "note": "Dakar",
    }


def test_a_screen_reader_is_told_how_many_there_are(town):
    assert answer(town, "carriles par")["words"] == "1 suggestion. Arrow keys lead to it."
    assert answer(town, "ren")["words"].startswith("2 suggestions.")
    assert answer(town, "zzz") == {"groups": [], "words": "No suggestions"}
    assert answer(town, " ") == answer(town, "***") == answer(town, "zzz")


def test_there_are_never_more_than_one_looks_at(app):
    stage.play(app, [(f"Housing number {n}", dict(tags=[f"housing {n}"])) for n in range(8)])
    found = offered(app, "housing")
    assert len(found["case"]) == offers.MOST_CASES
    assert sum(map(len, found.values())) == offers.MOST_NAMES + offers.MOST_CASES


def test_robots_do_not_keep_it_and_browsers_keep_it_a_minute(town):
    response = town.test_client().get("/suggest.json?q=ren")
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Cache-Control"] == "private, max-age=60"
    assert "Set-Cookie" not in response.headers
    assert "Disallow: /suggest.json" in town.test_client().get("/robots.txt").get_data(as_text=True)


def test_a_case_withdrawn_a_moment_ago_is_not_offered_nor_counted(app):
    told = stage.play(app)
    assert "case" in offered(app, "carril") and "tag" in offered(app, "bici")
    with app.app_context():
        practices.show(practices.find(told[BICIS]), "tombstone", stage.moderator(), "Withdrawn.")
        db.session.commit()
        assert told[BICIS] in indexing.get_engine(app).known(), "the index has not heard of it yet"
    assert "case" not in offered(app, "carril")
    assert "tag" not in offered(app, "bici")
    assert "country" not in offered(app, "sene")


def test_a_title_is_the_databases(app):
    """The index may hold an older title: what is shown is what is public now."""
    told = stage.play(app)
    with app.app_context():
        practices.public_revision(practices.find(told[RENT])).title = "A new title"
        db.session.commit()
    assert list(offered(app, "regulation street")["case"]) == ["A new title"]


def test_it_costs_two_looks_into_the_database_however_much_is_offered(town):
    asked = []
    with town.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    client = town.test_client()
    client.get("/suggest.json?q=ren")
    selects = [one for one in asked if one.startswith("SELECT")]
    assert len(selects) == 2, selects


def test_without_an_index_nothing_is_offered_and_nothing_breaks(app):
    stage.play(app)
    shutil.rmtree(app.config["SETTINGS"].index)
    assert answer(app, "ren")["groups"] == []
    assert app.test_client().get("/practices?q=zzzz").status_code == 200


def test_whatever_is_typed_is_answered(town, full):
    client = town.test_client()

    @settings(max_examples=2000 if full else 150, deadline=None)
    @given(
        st.one_of(
            st.text(max_size=200),
            st.text(alphabet='rent housing:city()"*-#\x00\x01\n\té東京バस्थ\u0301\U0001f6b2', max_size=60),
            st.text(max_size=5).map(lambda text: text * 2000),
        )
    )
    def check(typed):
        response = client.get("/suggest.json", query_string={"q": typed})
        assert response.status_code == 200
        assert sum(len(one["offers"]) for one in response.json["groups"]) <= 10
        assert {one["kind"] for one in response.json["groups"]} <= set(KINDS)

    check()
