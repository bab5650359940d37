"""Cases from elsewhere: whole, with their origin, once."""

import pytest

from exchange.accounts.models import City
from exchange.core.models import db
from exchange.practices import imports
from exchange.practices.models import Practice
from tests import cast

RECORD = {
    "source": "elsewhere",
    "source_id": "7",
    "title": "Rain gardens in Recife",
    "summary": "Streets drink the rain.",
    "body": "Opening words.\n\n## Problem\n\nStreets flooded.\n\n### Since when\n\nSince 2010.\n\n"
    "## Funding\n\nThe state.",
    "city": "Recife",
    "country": "Brazil",
    "country_code": "BR",
    "lat": -8.05,
    "lon": -34.9,
    "language": "pt",
    "year": 2019,
    "tags": ["rain", "gardens"],
    "themes": ["SDG 11. Cities", "NA", "Water"],
    "url": "https://elsewhere.example/7",
    "licence": "CC BY 4.0",
}


def take_in(**changes):
    return imports.take_in({**RECORD, **changes})


def test_a_record_becomes_a_case_with_its_origin_and_nothing_cut(app):
    with app.app_context():
        outcome, revision = take_in()
        practice = revision.practice
        assert outcome == "new" and revision.state == "draft"
        assert (practice.origin_source, practice.origin_id) == ("elsewhere", "7")
        assert practice.origin["url"] == RECORD["url"] and practice.origin["licence"] == "CC BY 4.0"
        assert practice.city.name == "Recife" and not practice.city.is_member and practice.country == "BR"
        assert revision.get("challenge") == "Streets flooded.\n\n### Since when\n\nSince 2010."
        assert revision.get("story") == "Opening words.\n\n## Funding\n\nThe state."
        assert revision.get("tags") == ["rain", "gardens", "Water"]
        assert revision.get("sdgs") == [{"goal": 11, "target": "", "why": ""}]
        assert revision.get("start") == "2019" and revision.language == "pt"
        assert revision.missing["obstacles"]["reason"] == "not-recorded"
        assert practice.authors == [] and practice.is_imported


def test_long_titles_and_bodies_are_taken_whole(app):
    with app.app_context():
        title, body = "T" * 300, "word " * 9000
        _, revision = take_in(title=title, body=body)
        assert revision.title == title and revision.get("story") == body.strip()


@pytest.mark.parametrize(
    "heading", ["Problème", "**Contexte**", "Le problème :", "Problem and Purpose", "Objectifs à 6 mois"]
)
def test_every_word_of_a_body_is_kept_somewhere(app, heading):
    with app.app_context():
        body = f"before\n\n## {heading}\n\ninside\n\n## Other\n\nafter"
        _, revision = take_in(body=body)
        kept = " ".join(str(value) for value in revision.answers.values())
        for word in ("before", "inside", "Other", "after"):
            assert word in kept


def test_taking_the_same_record_in_again_changes_nothing(app):
    with app.app_context():
        take_in()
        db.session.commit()
        assert take_in() == ("same", None)
        assert db.session.query(Practice).count() == 1


def test_a_changed_record_waits_while_the_earlier_text_is_under_review(app):
    with app.app_context():
        take_in()
        assert take_in(summary="Other words.") == ("under review", None)


def test_null_island_is_nowhere(app):
    with app.app_context():
        _, revision = take_in(city="", lat=0, lon=0.0)
        assert revision.get("location") == "" and revision.practice.city is None


def test_a_case_may_have_a_country_and_no_city_or_neither(app):
    with app.app_context():
        _, revision = take_in(city="")
        assert revision.practice.city is None and revision.practice.country == "BR"
        _, lost = take_in(source_id="8", city="Atlantis", country="Atlantis", country_code="")
        assert lost.practice.country is None and lost.practice.city is None
        assert lost.practice.origin["country"] == "Atlantis"


def test_two_cities_of_one_name_in_two_countries_stay_two(app):
    with app.app_context():
        cast.find_city("porto")
        take_in(city="Porto", country_code="BR")
        take_in(source_id="8", city="Porto", country_code="PT")
        assert sorted(city.country for city in db.session.query(City)) == ["BR", "PT"]


@pytest.mark.parametrize(
    "change,words",
    [
        ({"title": " "}, "'title'"),
        ({"url": ""}, "'url'"),
        ({"licence": ""}, "'licence'"),
        ({"body": "", "summary": ""}, "no text"),
        ({"body": "x" * 100_001}, "longer than"),
        ({"tags": "rain"}, "'tags'"),
        ({"source_id": 7}, "'source_id'"),
        ({"body": 7}, "'body'"),
    ],
)
def test_a_bad_record_is_refused_with_its_reason(app, change, words):
    with app.app_context(), pytest.raises(imports.BadRecord, match=words):
        take_in(**change)


def test_topics_are_taken_where_somebody_named_them_and_never_guessed(app):
    with app.app_context():
        _, named = take_in(topics=["cycling", "no-such-topic"])
        assert named.get("topics") == ["cycling"]
        _, guessed = take_in(source_id="8", auto_topics=["housing"])
        assert guessed.get("topics") == "" and guessed.missing["topics"]["reason"] == "not-recorded"
