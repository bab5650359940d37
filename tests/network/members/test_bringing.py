"""The secretariat adds a city and puts it on the map."""

import pytest

from exchange.core.journal import News
from exchange.core.models import db
from exchange.network.forms.bringing import PlaceForm
from exchange.network.models.members import CityChange
from exchange.network.service.members import bringing, changes, editing
from exchange.practices.service import NotAllowed
from tests import cast
from tests.moderation.stage import both_at_once
from tests.network.members import stage
from tests.network.talk.stage import look, post

NEW = {"name": "Évora", "country": "PT", "lat": "38,57", "lon": "−7.91"}


@pytest.fixture
def cora(app):
    with app.app_context():
        cora, _porto = stage.cora(), cast.find_city("porto")
        db.session.commit()
    return cora


def test_a_coordinator_adds_a_city_and_is_led_to_its_membership(app, cora):
    answer = post(app, cora, "/cities/new", **NEW)
    assert (answer.status_code, answer.location) == (303, "/cities/evora/offices")
    assert "Évora" not in look(app, cora, "/cities")
    with app.app_context():
        city = bringing.find("Évora", "PT")
        assert (city.name, city.lat, city.lon, city.is_member) == ("Évora", 38.57, -7.91, False)
        assert [changes.in_words(one) for one in changes.of_city(city)[0]] == ["Added to the exchange"]


def test_a_city_that_is_there_already_is_shown_instead_of_a_second_one(app, cora):
    answer = post(app, cora, "/cities/new", name="porto", country="PT")
    assert answer.status_code == 409 and 'href="/cities/porto/offices"' in answer.text


def test_of_two_who_add_a_city_in_one_instant_one_is_told(app, cora):
    def add():
        return bringing.add_city(db.session.merge(cora), "Évora", "PT").slug

    outcomes = both_at_once(app, add, add)
    assert sorted(type(one).__name__ for one in outcomes) == ["Known", "str"]


def test_of_two_who_add_the_same_city_at_once_the_second_is_shown_the_first(app, cora, monkeypatch):
    with app.app_context():
        cast.find_city("porto")
        db.session.commit()
    monkeypatch.setattr(bringing, "find", lambda name, country: None)
    monkeypatch.setattr(bringing, "free_slug", lambda name, country: "porto")
    answer = post(app, cora, "/cities/new", name="Porto", country="PT")
    assert answer.status_code == 409 and "/cities/porto" in answer.text


def test_a_place_that_is_sent_as_it_stands_stays_where_it_is(app, cora):
    with app.app_context():
        city = cast.find_city("porto")
        city.lat, city.lon = 41.149451, -116.407396
        db.session.commit()
    with app.app_context(), app.test_request_context():
        shown = PlaceForm.of(cast.find_city("porto"))
        typed = {f"place-{name}": shown[name].data for name in ("lat", "lon", "base")}
    assert post(app, cora, "/cities/porto/place", **typed).status_code == 303
    with app.app_context():
        assert cast.find_city("porto").lon == -116.407396
        assert not db.session.query(CityChange).count()


def test_the_same_name_in_another_country_has_an_address_of_its_own(app):
    with app.app_context():
        cora = stage.cora()
        assert cast.find_city("porto").country == "PT"
        assert bringing.add_city(cora, "Porto", "BR").slug == "porto-br"
        assert bringing.add_city(cora, "New", "US").slug == "new-us"
        assert bringing.add_city(cora, "東京", "JP").slug


@pytest.mark.parametrize(
    "typed",
    [
        {"lat": "91", "lon": "0"},
        {"lat": "nan", "lon": "0"},
        {"lat": "north", "lon": "0"},
        {"lat": "1", "lon": ""},
        {"country": "XX"},
        {"name": "see https://spam.example"},
    ],
)
def test_what_is_no_place_comes_back_with_what_was_typed(app, cora, typed):
    answer = post(app, cora, "/cities/new", **(NEW | typed))
    assert answer.status_code == 422 and "field__error" in answer.text
    with app.app_context():
        assert bringing.find("Évora", "PT") is None


def test_a_city_moves_on_the_map_and_its_cases_go_with_it(app):
    with app.app_context():
        cora, porto = stage.cora(), cast.find_city("porto")
        case = cast.published(cast.ana(), cast.bruno())
        base = editing.base_of(porto, bringing.PLACE)
        assert bringing.set_place(porto, cora, {"lat": 41.2, "lon": -8.6}, base) == ["lat", "lon"]
        told = db.session.query(News).filter_by(act="place changed").one()
        assert case.public_id in told.payload["subject"]
        with pytest.raises(editing.Meanwhile):
            bringing.set_place(porto, cora, {"lat": 1.0, "lon": 2.0}, base)


def test_whoever_is_not_of_the_secretariat_adds_none(app):
    with app.app_context(), pytest.raises(NotAllowed):
        bringing.add_city(stage.ines(), "Évora", "PT")
