"""Search for machines."""

import pytest

from tests.search import stage

RENT, COOP, BICIS, FAHRRAD = (title for title, _ in stage.CASES)


@pytest.fixture
def told(app):
    return stage.play(app)


def get(app, **args):
    response = app.test_client().get("/practices.json", query_string=args)
    assert response.status_code == 200
    assert response.content_type == "application/json"
    return response.json


def test_an_answer_has_exactly_this_shape(app, told):
    answer = get(app, q="words", year="2019", hl="en")
    facets = answer.pop("facets")
    assert answer.pop("took_ms") >= 0
    due = answer["items"][0]["confirm_by"]
    assert len(due) == 10
    assert answer == {
        "total": 1,
        "items": [
            {
                "id": told[RENT],
                "title": RENT,
                "url": f"http://127.0.0.1:8000/practices/{told[RENT]}-rent-regulation-street-by-street",
                "summary": "Told in few words.",
                "city": "Porto",
                "country": "PT",
                "topics": ["rent-regulation"],
                "sdgs": [11],
                "year": 2019,
                "language": "en",
                "times_taken_up": 0,
                "translations": {},
                "confirmed_at": None,
                "confirm_by": due,
                "not_confirmed_since": None,
                "labels": [],
                "snippet": "Told in few words.",
                "results": [
                    {
                        "indicator": "Voters",
                        "kind": "outcome",
                        "unit": "people",
                        "baseline": "1200",
                        "baseline_when": "2015",
                        "value": "5400",
                        "value_when": "2019",
                        "method": "city-count",
                        "source": "Participation office, yearly count",
                        "check": {"state": "unchecked"},
                    }
                ],
            }
        ],
        "page": 1,
        "pages": 1,
        "engine": "whoosh",
        "degraded": False,
        "read_as": "words",
        "ignored": [],
        "loose": False,
        "suggestion": None,
    }
    assert set(facets) == {
        "adoptions",
        "topic",
        "stage",
        "region",
        "country",
        "city",
        "sdg",
        "year",
        "language",
        "tag",
    }
    assert facets["country"] == [{"value": "PT", "label": "Portugal", "count": 1}]
    assert {"value": "2006", "label": "2006", "count": 1} in facets["year"]


def test_the_machine_asks_as_the_page_does(app, told):
    assert [one["title"] for one in get(app, q="told", topic="cycling", sort="title")["items"]] == [
        BICIS,
        FAHRRAD,
    ]
    assert get(app, q="told", country="SN")["total"] == 1
    assert get(app, q="told", country=["SN", "AT"])["total"] == 2
    assert get(app, region="150", stage="piloting", sdg="11", city="porto", language="en")["total"] == 1
    assert get(app, tag="bicis", year="2015")["total"] == 1


def test_labels_follow_the_language_and_values_do_not(app, told):
    german = get(app, hl="de")["facets"]["topic"][0]
    assert (german["value"], german["label"]) == ("housing", "Wohnen")


def test_a_page_too_far_is_empty_and_not_an_error(app, told):
    answer = get(app, page="50")
    assert (answer["items"], answer["total"], answer["page"], answer["pages"]) == ([], 4, 50, 1)
    assert get(app, page="abc")["page"] == 1


def test_a_snippet_is_plain_text(app):
    stage.play(app, [("A case", dict(summary="Rent <b>&</b> *more*"))])
    assert get(app, q="rent")["items"][0]["snippet"] == "Rent & more"


def test_robots_are_asked_to_stay_away(app, told):
    assert app.test_client().get("/practices.json").headers["X-Robots-Tag"] == "noindex"


def test_a_machine_is_told_how_its_question_was_read_and_what_it_perhaps_meant(app, told):
    assert get(app, q='words OR "in few" -market year:2015..2020', hl="en")["read_as"] == (
        "(words or “in few”), not market, begun 2015–2020"
    )
    assert get(app, q="Porto\nDakar\nNowhere")["ignored"] == ["Nowhere"]
    assert get(app, q="carrilse")["suggestion"] == "carriles"
    assert get(app, q="words elephants")["loose"] is True
