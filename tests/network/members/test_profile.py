"""A city's page: facts with sources, offices over time, where its practices stand, who may change it."""

import re

from exchange.accounts.models import City
from exchange.core.models import db
from exchange.network.models.members import CityChange
from exchange.network.service.members import profile
from tests import cast
from tests.moderation.writing.test_write import counted_queries
from tests.network.members import stage
from tests.network.members.test_offices import BERLIN
from tests.network.talk.stage import look


def test_berlin_is_told_as_it_was(app):
    with app.app_context():
        for office, start, end in BERLIN:
            stage.held("wien", office, start, end)
        cast.find_city("wien").member_since = "1991"
        db.session.commit()
    text = look(app, None, "/cities/wien")
    for words in (
        "since 1991",
        "2014 – 2017",
        "Nov 2017 – Aug 2018",
        "Aug 2018 – Nov 2020",
        "since Nov 2020",
    ):
        assert words in text


def test_density_follows_from_two_facts_and_nothing_is_made_up(app):
    with app.test_request_context():
        city = City(slug="x", name="X", country="DE", population=1000, facts={})
        assert [str(fact.label) for fact in profile.facts_of(city)] == ["Population"]
        city.facts = {"area": {"value": 4, "year": 2020, "source": "Atlas"}, "height": {"value": 3}}
        told = {str(fact.label): (fact.words, fact.year, fact.source) for fact in profile.facts_of(city)}
        assert told == {
            "Population": ("1,000", None, ""),
            "Area": ("4 km²", 2020, "Atlas"),
            "Density": ("250 people per km²", None, ""),
        }
        city.facts = {"area": {"value": 0}}
        assert "Density" not in {str(fact.label) for fact in profile.facts_of(city)}


def test_practices_with_a_place_of_their_own_stand_on_a_map_of_the_city(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        place = [{"label": "Foz", "lat": "41.15", "lon": "-8.67", "precision": "exact"}]
        cast.published(ana, bruno, title="At the mouth", location=place)
        cast.published(ana, bruno, title="Everywhere")
        db.session.commit()
    text = look(app, None, "/cities/porto")
    assert "by their numbers in the list" in text
    listed = re.search(r'city-places__list">(.*?)</ol>', text, re.DOTALL)[1]
    assert "At the mouth" in listed and "Everywhere" not in listed


def test_without_such_a_place_there_is_no_second_map(app):
    with app.app_context():
        cast.published(cast.ana(), cast.bruno())
        db.session.commit()
    assert "city-places" not in look(app, None, "/cities/porto")


def test_many_terms_and_changes_cost_no_more_queries_than_one(app):
    costs, client = [], app.test_client()
    with app.app_context():
        ines = stage.ines()
        db.session.commit()
    for number in (1, 3, 50):
        with app.app_context():
            for year in range(number):
                stage.held("porto", "secretary", str(1950 + year), str(1950 + year))
                about = {"what": "profile", "details": ["about"], "note": f"Number {number}"}
                db.session.add(CityChange(city_id=cast.find_city("porto").id, by_id=ines.id, **about))
            db.session.commit()
        client.get("/cities/porto")
        with counted_queries() as seen:
            assert f"Number {number}" in client.get("/cities/porto").text
        costs.append(len(seen))
    assert costs[0] == costs[1] == costs[2]


def test_doors_to_change_a_city_stand_only_before_those_who_may(app):
    with app.app_context():
        people = stage.ines(), stage.cora(), cast.ana()
        db.session.commit()
    ines, cora, ana = (look(app, one, "/cities/porto") for one in people)
    assert "/cities/porto/edit" in ines and "/cities/porto/offices" not in ines
    assert "/cities/porto/edit" in cora and "/cities/porto/offices" in cora
    for text in (ana, look(app, None, "/cities/porto")):
        assert "/cities/porto/edit" not in text and "/cities/porto/offices" not in text
