"""Cities like mine: what the formula says of cities, and that a question uses it."""

from dataclasses import dataclass

import pytest

from exchange.accounts import service as accounts
from exchange.accounts.models import City
from exchange.core.models import db
from exchange.search import likeness, service
from exchange.search.query import Query
from tests.search import stage


@dataclass
class Town:
    country: str
    population: int | None = None


PORTO = Town("PT", 230_000)


def test_a_twin_is_wholly_alike_and_an_unlike_city_is_not_at_all():
    assert likeness.likeness(PORTO, Town("ES", 230_000)) == 1, "Spain is in the same sub-region"
    assert likeness.likeness(PORTO, Town("JP", 14_000_000)) == 0


def test_nearer_regions_are_more_alike():
    same = [likeness.likeness(PORTO, Town(country, 230_000)) for country in ("IT", "SE", "BR")]
    assert same == [1, 0.8, 0.6]


def test_the_ratio_of_populations_counts_whichever_is_the_greater():
    assert likeness.in_size(100_000, 1_000_000) == likeness.in_size(1_000_000, 100_000) == 0
    assert likeness.in_size(100_000, 200_000) == pytest.approx(likeness.in_size(5_000, 2_500))
    assert 0 < likeness.in_size(100_000, 900_000) < likeness.in_size(100_000, 200_000) < 1


def test_an_unknown_population_speaks_neither_for_nor_against():
    known = [likeness.likeness(PORTO, Town("ES", people)) for people in (230_000, None, 9_000_000)]
    assert known == sorted(known, reverse=True)
    assert known[1] == 0.7


@pytest.fixture
def network(app):
    """Public cases of Porto, Wien and Dakar; a city of Porto's size that has no case."""
    stage.play(app)
    with app.app_context():
        for slug, people in (("porto", 230_000), ("wien", 2_000_000), ("dakar", 1_200_000)):
            accounts.find_city(slug).population = people
        db.session.add(City(slug="gijon", name="Gijón", country="ES", population=270_000))
        db.session.commit()
    return app


def alike(app, slug):
    with app.app_context():
        return likeness.alike(db.session, accounts.find_city(slug))


def test_only_cities_with_public_cases_are_named_and_never_the_city_itself(network):
    assert alike(network, "gijon").keys() == {"porto"}
    assert alike(network, "porto") == {}
    assert alike(network, "dakar") == {}


def test_the_most_alike_come_first_and_never_too_many(network, monkeypatch):
    with network.app_context():
        accounts.find_city("wien").population = 400_000
        db.session.commit()
    found = alike(network, "gijon")
    assert list(found) == ["porto", "wien"] and found["porto"] > found["wien"] >= likeness.LEAST
    monkeypatch.setattr(likeness, "MOST", 1)
    assert list(alike(network, "gijon")) == ["porto"]


def test_a_draft_makes_no_city_findable(app):
    from tests import cast

    with app.app_context():
        cast.draft(cast.ana())
        db.session.add(City(slug="gijon", name="Gijón", country="ES"))
        db.session.commit()
        assert likeness.alike(db.session, accounts.find_city("gijon")) == {}


def test_a_question_names_a_city_and_the_engine_is_told_which_are_like_it(network):
    with network.app_context():
        asked = service.with_alike(Query(like="gijon"))
        assert asked.like == "gijon" and asked.alike.keys() == {"porto"}
        assert service.with_alike(Query(like="atlantis")).narrows is False
        assert service.with_alike(Query(like="gijon", alike={"wien": 1.0})).alike == {"wien": 1.0}
