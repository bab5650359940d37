"""How often a case was taken up, as a facet and an order: with the index and without it."""

import shutil

import pytest

from exchange import reactions
from exchange.core.models import db
from exchange.network.service.ledger import recording
from exchange.practices import service as practices
from exchange.search import indexing
from tests import cast
from tests.network.ledger.stage import told
from tests.search import stage

RENT, COOP, BIKES, STREETS = (title for title, _answers in stage.CASES)


@pytest.fixture
def network(app):
    """Rents were taken up seven times, the cooperative twice, the rest never."""
    known = stage.play(app, index=False)
    with app.app_context():
        for title, times in ((RENT, 7), (COOP, 2)):
            practices.find(known[title]).times_taken_up = times
        db.session.commit()
        indexing.rebuild()
    return app, known


def found(app, *least, **more):
    filters = {"adoptions": list(least)} if least else {}
    return stage.titles(stage.ask(app, filters=filters, **more))


def facet(app):
    return [(one.value, one.count, one.label) for one in stage.ask(app).facets["adoptions"]]


def test_cases_come_by_how_often_they_were_taken_up_with_index_and_without(network):
    app, _known = network
    for _engine in ("index", "database"):
        assert found(app, sort="adoptions")[:2] == [RENT, COOP]
        assert found(app, "2", sort="adoptions") == [RENT, COOP] and found(app, "5") == [RENT]
        assert facet(app) == [
            ("1", 2, "at least once"),
            ("2", 2, "at least 2 times"),
            ("5", 1, "at least 5 times"),
        ]
        shutil.rmtree(app.config["SETTINGS"].index, ignore_errors=True)
        stage.forget_the_index(app)


def test_a_city_that_records_it_brings_a_case_forward_once_the_worker_has_heard(network):
    app, known = network
    assert BIKES not in found(app, "1")
    with app.app_context():
        otto = cast.person("Otto", city="wien")
        recording.record(practices.find(known[BIKES]), otto.cities[0], told(), otto)
        db.session.commit()
        reactions.react()
    assert BIKES in found(app, "1")


def test_the_page_offers_the_facet_and_the_order(network):
    app, _known = network
    page = app.test_client().get("/practices?sort=adoptions&view=table").get_data(as_text=True)
    assert 'name="adoptions" value="5"' in page and "most often taken up" in page
    assert page.index(RENT) < page.index(COOP)
