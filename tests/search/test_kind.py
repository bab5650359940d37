"""Kind to itself under bots: what takes too long is given up, what was asked just now is remembered."""

import random
import shutil
from threading import Thread

import pytest
from sqlalchemy import text

from exchange.core.models import db
from exchange.moderation import service as moderation
from exchange.practices import service as practices
from exchange.search import cache, indexing
from exchange.search.engine import OutOfTime
from exchange.search.engines import whoosh_engine
from exchange.search.query import Hit, Results
from exchange.taxonomy import service as taxonomy
from tests import cast
from tests.search import stage

RENT = stage.CASES[0][0]
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
        assert 'value="cycling" checked' in page and "<b>Austria</b>" in page
        assert "Nothing found" not in page and "0 practices" not in page
        assert 'class="tick__count">0<' not in page, "nobody counted"


def test_a_correction_for_which_there_is_no_time_is_left_out_and_the_answer_stays(visitor, monkeypatch):
    assert "Did you mean" in visitor.get("/practices?q=rennt").get_data(as_text=True)
    monkeypatch.setattr(whoosh_engine.spelling, "suggestion", out_of_time)
    page = visitor.get("/practices?q=rennnt").get_data(as_text=True)
    assert "Nothing found" in page and "Did you mean" not in page
    assert "This question takes too long" not in page


def out_of_time(*_args):
    raise OutOfTime


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


# What was asked just now


@pytest.fixture
def evaluated(monkeypatch):
    """The questions that the engine was bothered with, as they come."""
    asked, really = [], whoosh_engine.WhooshEngine.search

    def search(engine, query, tree, hidden=frozenset()):
        asked.append(query)
        return really(engine, query, tree, hidden)

    monkeypatch.setattr(whoosh_engine.WhooshEngine, "search", search)
    return asked


def test_the_same_question_is_evaluated_once(app, evaluated):
    stage.play(app)
    visitor, other = app.test_client(), app.test_client()
    first = visitor.get("/practices?q=told&topic=cycling&topic=housing").get_data(as_text=True)
    assert len(evaluated) == 1
    again = other.get("/practices?topic=housing&topic=cycling&topic=cycling&q=+told+&utm_source=x&page=1")
    assert len(evaluated) == 1, "however the address puts it"
    assert (
        first.count('class="result__title"')
        == again.get_data(as_text=True).count('class="result__title"')
        > 1
    )


@pytest.mark.parametrize(
    "other",
    [
        "q=rent",
        "q=told&topic=cycling",
        "q=told&page=2",
        "q=told&view=table",
        "q=told&sort=title",
        "q=told&hl=fr",
    ]
    + ["q=told&off=stems", "q=told&within=-10,30,20,60", "q=told&near=41,-8,100", "q=told&like=porto"],
)
def test_another_question_is_another_answer(visitor, evaluated, other):
    visitor.get("/practices?q=told")
    visitor.get(f"/practices?{other}")
    assert len(evaluated) == 2


def test_who_is_taken_back_is_gone_at_once_although_the_answer_is_remembered(app, evaluated):
    told = stage.play(app)
    visitor = app.test_client()
    page = visitor.get("/practices?q=words").get_data(as_text=True)
    assert "4 practices for “words”" in page and 'name="year" value="2019"' in page
    with app.app_context():
        practice = practices.find(told[RENT])
        moderation.take_down(practice, cast.person("Cora", "coordinator"), "The city asked.")
        db.session.commit()  # and no worker has told the index
    page = visitor.get("/practices?q=words").get_data(as_text=True)
    assert "3 practices for “words”" in page and RENT not in page
    assert 'name="year" value="2019"' not in page, "nor is it counted"
    assert len(evaluated) == 2


def test_what_is_published_is_found_at_once_although_the_answer_is_remembered(app, evaluated):
    stage.play(app)
    visitor = app.test_client()
    visitor.get("/practices?q=words")
    stage.play(app, [("A fifth one", {})])
    assert "5 practices for “words”" in visitor.get("/practices?q=words").get_data(as_text=True)


def test_a_new_synonym_is_found_at_once_although_the_answer_is_remembered(app):
    stage.play(app)
    visitor = app.test_client()
    assert RENT not in visitor.get("/practices?q=zorgelbim").get_data(as_text=True)
    with app.app_context():
        taxonomy.add_synonym("topic", "rent-regulation", "zorgelbim", "en", stage.moderator())
        db.session.commit()
        indexing.repair()
    assert RENT in visitor.get("/practices?q=zorgelbim").get_data(as_text=True)


def test_whole_results_are_not_kept(app, evaluated):
    stage.play(app)
    for _ in range(2):
        app.test_client().get("/practices.csv?q=told")
    assert all(query.per_page is None for query in evaluated) and len(evaluated) > 2
    assert not cache.cache_of(app).kept


def test_the_stand_in_is_not_remembered(app, visitor):
    shutil.rmtree(app.config["SETTINGS"].index)
    assert "Search is being repaired" in visitor.get("/practices?q=rent").get_data(as_text=True)
    with app.app_context():
        indexing.rebuild()
    assert "Search is being repaired" not in visitor.get("/practices?q=rent").get_data(as_text=True)


def test_the_memory_is_bounded_by_number_and_by_weight():
    few, light = cache.Cache(most=3), cache.Cache(heaviest=5000)
    for number in range(50):
        few.put(number, answer_of(10))
        light.put(number, answer_of(1000))
    assert list(few.kept) == [47, 48, 49]
    assert len(light.kept) == 4 and light.weight <= 5000
    light.put("huge", answer_of(6000))
    assert not light.kept and light.weight == 0


def test_what_is_asked_again_stays_longer():
    kept = cache.Cache(most=2)
    kept.put("a", answer_of(1))
    kept.put("b", answer_of(1))
    assert kept.get("a") and kept.put("c", answer_of(1)) is None
    assert list(kept.kept) == ["a", "c"] and kept.get("b") is None


def test_threads_share_one_memory():
    kept, errors = cache.Cache(most=20), []

    def use(seed):
        chance = random.Random(seed)
        for _ in range(2000):
            key = chance.randrange(60)
            found = kept.get(key)
            if found and found.total != key:
                errors.append(key)
            kept.put(key, Results(key, [], {}, "made up"))

    threads = [Thread(target=use, args=(seed,)) for seed in range(8)]
    [thread.start() for thread in threads], [thread.join() for thread in threads]
    assert not errors and len(kept.kept) == 20


def answer_of(characters):
    return Results(1, [Hit("ABCDEF", 1, texts=("x" * characters,))], {}, "made up")


# What the database is spared


def test_a_page_looks_up_its_cases_and_walks_through_no_others(app):
    ids = list(stage.play(app).values()) * 10
    explain, walks = (
        ("EXPLAIN", "Seq Scan on practices") if cast.POSTGRES else ("EXPLAIN QUERY PLAN", "SCAN ")
    )
    with app.app_context():
        statement = practices.public(ids).compile(db.engine, compile_kwargs={"literal_binds": True})
        if cast.POSTGRES:  # which walks through tables as small as these, unless it is told not to
            db.session.execute(text("SET LOCAL enable_seqscan = off"))
        steps = [str(row[-1]) for row in db.session.execute(text(f"{explain} {statement}"))]
    assert any("practices" in step for step in steps)
    assert not any(step.strip().startswith(walks) or f"->  {walks}" in step for step in steps), steps


def test_a_page_far_beyond_the_last_sorts_nothing(app, monkeypatch):
    stage.play(app)
    visitor = app.test_client()
    assert "4 practices" in visitor.get("/practices?sort=title").text
    monkeypatch.setattr(whoosh_engine, "sort_keys", None)
    page = visitor.get("/practices?sort=title&page=99999").text
    assert "4 practices" in page and "There are not that many pages" in page
    assert visitor.get("/practices?sort=title&topic=cycling").status_code == 500, "this one would"
