"""Nothing typed is an error, and nobody waits for an answer."""

import gc
import time
from itertools import islice

import pytest
from werkzeug.datastructures import MultiDict

from exchange.search import indexing, service
from exchange.search.engine import get_engine
from exchange.search.engines import snapshot
from exchange.search.query import Query
from tests import conftest
from tests.search import fuzz
from tests.search.networks import Network

ASKED, PAGES = (20_000, 5_000) if conftest.FULL else (250, 60)
PARTS = 8  # of the strings, for those who test on several cores
SECONDS = 5.0  # of work for one question, on whatever machine
PAGES_OF = (  # path, what else its address says
    ("/practices", {}),
    ("/practices", {"view": "map", "hl": "fr"}),
    ("/practices.json", {}),
    ("/suggest.json", {}),
    ("/practices", {"view": "table", "hl": "de"}),
)


@pytest.fixture(scope="module")
def app(template, tmp_path_factory):
    app = conftest.copied_app(template, tmp_path_factory.mktemp("fuzz"))
    with app.app_context():
        Network(3, size=24)
        indexing.rebuild()
        get_engine(app).current()
    gc.freeze()  # as a web process does: a question does not pay for looking through all that stays
    yield app
    conftest.put_away(app)


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_is_typed_is_answered(app, part):
    slowest = (0.0, "")
    for typed in islice(fuzz.strings(), part, ASKED, PARTS):
        query = Query.from_args(MultiDict([("q", typed), ("topic", typed), ("near", typed)]), "en")
        for one in (query, Query(q=query.q, language="de", off=("stems",), page=2)):
            began = time.thread_time()
            with app.test_request_context():
                answer = service.find(one)
            slowest = max(slowest, (time.thread_time() - began, typed))
            assert 0 <= len(answer.hits) <= 10 and len(answer.hits) <= answer.total <= 24
            assert not answer.degraded
    print(f"slowest: {slowest[0] * 1000:.0f} ms for {ascii(slowest[1][:60])}")
    assert slowest[0] < SECONDS


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_is_typed_is_a_page(app, part):
    client = app.test_client()
    for number, typed in enumerate(islice(fuzz.strings(seed=2), part, PAGES, PARTS)):
        path, more = PAGES_OF[number % len(PAGES_OF)]
        sent = {"q": typed, "tag": typed[:80], "place": typed[:80], "like": typed[-80:], **more}
        response = client.get(path, query_string=sent, follow_redirects=True)
        assert response.status_code < 500, (path, typed)
        assert response.get_data()


def test_nonsense_is_forgotten_again(app, monkeypatch):
    """Whoever asks for a new word with every question does not fill the memory."""
    monkeypatch.setattr(snapshot, "MOST_KEPT", 20_000)
    with app.test_request_context():
        for number in range(400):
            service.find(Query(q=f"nonsense{number} {'x' * number} -none{number} begin{number}*"))
    assert 0 < len(get_engine(app).current().kept) < 400


def test_bytes_that_are_no_text_are_a_page(app):
    client = app.test_client()
    for sent in (
        "%ff%fe",
        "%ed%a0%80",
        "%00%0a%0d",
        "%C0%AF",
        "a%",
        "%u0041",
        "+%2B&q=b&q=c",
        "&sort=%ff&page=%ff",
    ):
        assert client.get(f"/practices?q={sent}").status_code == 200, sent
