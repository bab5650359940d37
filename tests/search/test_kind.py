"""Kind to itself under bots: what takes too long is given up, what was asked just now is remembered."""

import pytest

from exchange.search import whoosh_engine
from tests.search import stage

EXITS = ("json", "csv", "xlsx", "geojson", "bib", "ris", "atom")
WORLD = "bounds=-180,-90,180,90&zoom=0"


@pytest.fixture
def visitor(app):
    stage.play(app)
    return app.test_client()


# What takes too long


def test_a_question_that_takes_too_long_gets_a_plain_sentence_and_keeps_its_words(visitor, monkeypatch):
    monkeypatch.setattr(whoosh_engine, "BUDGET", 0)
    for view in ("list", "map", "table"):
        answer = visitor.get(f"/practices?q=rent*+told&topic=cycling&country=AT&view={view}")
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert "This question takes too long" in page and "leave some out" in page
        assert 'name="q" value="rent* told"' in page
        assert 'value="cycling" id="topic-1" checked' in page and "<b>Austria</b>" in page
        assert "Nothing found" not in page and "0 practices" not in page
        assert 'class="tick__count">0<' not in page, "nobody counted"


@pytest.mark.parametrize("ext", EXITS)
def test_an_exit_that_takes_too_long_says_when_to_come_back(visitor, monkeypatch, ext):
    assert visitor.get(f"/practices.{ext}?q=told").status_code == 200
    monkeypatch.setattr(whoosh_engine, "BUDGET", 0)
    answer = visitor.get(f"/practices.{ext}?q=told")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "takes too long" in answer.get_data(as_text=True)


def test_the_map_that_takes_too_long_is_told_so_in_json(visitor, monkeypatch):
    monkeypatch.setattr(whoosh_engine, "BUDGET", 0)
    answer = visitor.get(f"/practices/clusters.json?q=told&{WORLD}")
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert "takes too long" in answer.json["error"]


def test_pages_without_words_take_no_time_that_could_run_out(visitor, monkeypatch):
    monkeypatch.setattr(whoosh_engine, "BUDGET", 0)
    for path in ("/", "/practices", "/topics/cycling", "/practices?topic=cycling"):
        assert "takes too long" not in visitor.get(path).get_data(as_text=True)
