"""The member directory: who is in it, narrowed down, in which order; as list, table, map, CSV and JSON."""

import csv
import io
import json

import pytest

from exchange.accounts.models import City
from exchange.core.models import db
from exchange.network.service.members import directory
from tests import cast
from tests.moderation.writing.test_write import counted_queries
from tests.network.members import stage

CITIES = (  # slug, name, country, population, languages, member, since, until
    ("goteborg", "Göteborg", "SE", 600_000, ["sv"], True, "2001", None),
    ("gent", "Gent", "BE", 260_000, ["nl"], True, "1999-03", None),
    ("dakar", "Dakar", "SN", 1_200_000, ["fr", "wo"], True, None, None),
    ("lima", "Lima", "PE", 10_000_000, ["es"], False, "1990", "2005"),
    ("tallinn", "Tallinn", "EE", 450_000, ["et"], False, None, None),
)


@pytest.fixture
def town(app):
    """Three members, one that has left, one that never was one and has no practice either."""
    with app.app_context():
        for slug, name, country, people, languages, member, since, until in CITIES:
            dates = {"is_member": member, "member_since": since, "member_until": until}
            db.session.add(
                City(slug=slug, name=name, country=country, population=people, languages=languages, **dates)
            )
        db.session.flush()
        stage.held("gent", "president", "2015", "2017")
        stage.held("dakar", "president", "2020")
        db.session.commit()
    return app


def found(app, **asked):
    with app.test_request_context():
        return [one.city.slug for one in directory.find(directory.Wish(**asked)).entries]


@pytest.mark.parametrize(
    ("asked", "cities"),
    [
        ({}, ["dakar", "gent", "goteborg"]),
        ({"standing": "former"}, ["lima"]),
        ({"standing": "all"}, ["dakar", "gent", "goteborg", "lima"]),
        ({"region": "150"}, ["gent", "goteborg"]),
        ({"region": "154"}, ["goteborg"]),
        ({"country": "SN"}, ["dakar"]),
        ({"population": "1m"}, ["gent", "goteborg"]),
        ({"population": "5m"}, ["dakar"]),
        ({"language": "wo"}, ["dakar"]),
        ({"office": "president"}, ["dakar"]),
        ({"office": "president", "held": "ever"}, ["dakar", "gent"]),
        ({"q": "GOTE"}, ["goteborg"]),
        ({"q": "eborg"}, []),
        ({"city": ("gent", "nowhere")}, ["gent"]),
        ({"sort": "population"}, ["dakar", "goteborg", "gent"]),
        ({"sort": "joined"}, ["gent", "goteborg", "dakar"]),
        ({"country": "SN", "region": "150"}, []),
    ],
)
def test_one_finds_the_cities_that_one_asks_for(town, asked, cities):
    assert found(town, **asked) == cities


def test_each_choice_says_how_many_cities_it_leads_to(town):
    with town.test_request_context():
        answer = directory.find(directory.Wish(region="150", country="SE"))
        for name in ("region", "country", "population", "language"):
            for value, count in answer.counts(name).items():
                asked = directory.Wish(**{"region": "150", "country": "SE", name: value})
                assert len(directory.find(asked).entries) == count > 0
        assert answer.counts("country") == {"SE": 1, "BE": 1}


def test_nonsense_in_an_address_asks_nothing(town):
    for asked in (
        "?view=globe&standing=kings&sort=luck&population=9&page=-3&held=x",
        "?page=999999999&office=king",
    ):
        answer = town.test_client().get(f"/cities{asked}")
        assert answer.status_code == 200 and "Dakar" in answer.text and "Tallinn" not in answer.text


@pytest.mark.parametrize("view", ["list", "table", "map"])
def test_every_view_names_the_same_cities(town, view):
    text = town.test_client().get(f"/cities?view={view}&standing=all").text
    for name in ("Dakar", "Gent", "Göteborg", "Lima"):
        assert f">{name}</a>" in text
    assert "Tallinn" not in text


def test_the_table_tells_when_a_city_joined_and_left_and_what_it_holds(town):
    text = town.test_client().get("/cities?view=table&standing=all").text
    assert "1990 – 2005" in text and "since Mar 1999" in text and "date not known" in text
    assert text.count('data-label="Office today">President<') == 1


def test_machines_get_the_same_as_the_page_asks(town):
    client = town.test_client()
    rows = list(
        csv.DictReader(io.StringIO(client.get("/cities.csv?standing=all").text.removeprefix("\ufeff")))
    )
    told = json.loads(client.get("/cities.json?standing=all&region=150").text)
    assert [row["slug"] for row in rows] == ["dakar", "gent", "goteborg", "lima"]
    assert rows[3]["member_until"] == "2005" and rows[0]["offices"] == "president"
    assert told["total"] == 2 and [one["name"] for one in told["items"]] == ["Gent", "Göteborg"]
    assert json.loads(client.get("/cities/gent.json").text)["offices"][0]["to"] == "2017"


def test_a_city_name_is_no_formula_for_a_spreadsheet(town):
    with town.app_context():
        cast.find_city("dakar").name = "=1+1"
        db.session.commit()
    assert "'=1+1" in town.test_client().get("/cities.csv").text


@pytest.mark.parametrize(
    "path", ["/cities", "/cities?view=table", "/cities?view=map", "/cities.csv", "/offices"]
)
def test_one_three_and_fifty_cities_cost_the_same_queries(app, path):
    client, costs = app.test_client(), []
    client.get(path)
    for number in (1, 3, 50):
        with app.app_context():
            have = db.session.query(City).count()
            for new in range(have, number):
                db.session.add(
                    City(slug=f"c{new}", name=f"City {new}", country="SE", is_member=True, lat=new, lon=new)
                )
                db.session.flush()
                stage.held(f"c{new}", "co-president", "2015")
            db.session.commit()
        with counted_queries() as seen:
            assert client.get(path).text.count("City ") >= number
        costs.append(len(seen))
    assert costs[0] == costs[1] == costs[2]


def test_a_wrong_day_is_told_and_today_is_shown(town):
    answer = town.test_client().get("/offices?on=2019")
    assert (
        answer.status_code == 400 and "Write a day like 2019-06-01" in answer.text and "Dakar" in answer.text
    )
    assert town.test_client().get("/offices.json?on=2019").status_code == 400
    told = json.loads(town.test_client().get("/offices.json?on=2017-12-31").text)
    assert [(one["city_slug"], one["to"]) for one in told["offices"]] == [("gent", "2017")]


def test_the_overview_leads_only_to_pages_that_there_are(app):
    client = app.test_client()
    text = client.get("/network").text
    with app.test_request_context():
        pages = app.jinja_env.globals["network_pages"]()
    assert {"/cities", "/offices"} <= {address for address, _name, _words in pages}
    for address, name, _words in pages:
        assert f'<a href="{address}">{name}</a>' in text and client.get(address).status_code == 200
