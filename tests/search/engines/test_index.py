"""The index may be lost, broken, old or busy: visitors are answered, and it is made whole from the table."""

import json
import multiprocessing
import random
import shutil
import threading
from dataclasses import dataclass, replace

import pytest

from exchange.core.models import db
from exchange.practices import service as practices
from exchange.search import indexing
from exchange.search.engine import get_engine
from exchange.search.engines import whoosh_engine, whoosh_files
from exchange.search.query import Query
from exchange.search.words.parser import Word
from tests import cast
from tests.search import stage

RENT, COOP, BICIS, FAHRRAD = (title for title, _ in stage.CASES)


@pytest.fixture
def told(app):
    return stage.play(app)


def index_of(app):
    return app.config["SETTINGS"].index


def index_files(app):
    """Every sealed file, and the seal."""
    current = (index_of(app) / "current").resolve()
    seal = json.loads((current / whoosh_files.SEALED).read_text())
    return [current / name for name in (*seal["files"], whoosh_files.SEALED)]


def delete(app):
    shutil.rmtree(index_of(app))


def empty(app):
    for path in index_files(app):
        path.write_bytes(b"")


def truncate(app):
    for path in index_files(app):
        data = path.read_bytes()
        path.write_bytes(data[: len(data) // 2])


def flip_one_bit(app):
    path = random.Random(7).choice(index_files(app)[:-1])
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


def lose_a_file(app):
    index_files(app)[0].unlink()


def make_old(app):
    path = index_files(app)[-1]
    path.write_text(path.read_text().replace('"format": "', '"format": "0, '))


def fill_with_nonsense(app):
    index_files(app)[-1].write_text("[1, 2")


def put_a_file_in_its_place(app):
    delete(app)
    index_of(app).write_text("not a folder")


HARM = [delete, empty, truncate, flip_one_bit, lose_a_file, make_old, fill_with_nonsense]


@pytest.mark.parametrize("harm", HARM)
@pytest.mark.parametrize("already_open", [True, False])
def test_visitors_are_answered_while_the_index_is_broken_and_it_mends(app, told, harm, already_open):
    if already_open:
        assert not stage.ask(app, "rent").degraded
    else:
        stage.forget_the_index(app)
    harm(app)
    client = app.test_client()
    answer = client.get("/practices.json?q=rent&topic=housing").json
    assert (answer["degraded"], answer["engine"], answer["total"]) == (True, "database", 1)
    assert client.get("/practices?q=rent").status_code == 200
    with app.app_context():
        assert not indexing.is_whole()
        assert indexing.repair() == 4
        assert indexing.is_whole()
        assert indexing.verify() == []
    answer = client.get("/practices.json?q=rents&topic=housing").json
    assert (answer["degraded"], answer["engine"], answer["total"]) == (False, "whoosh", 1)


def test_an_index_that_cannot_even_be_written_does_not_stop_readers(app, told):
    put_a_file_in_its_place(app)
    assert app.test_client().get("/practices?q=rent").status_code == 200


def test_what_is_found_in_the_database_is_filtered_counted_and_sorted_too(app):
    stage.play(app, index=False)
    answer = stage.ask(app, filters={"topic": ["cycling"], "language": ["de"]})
    assert (stage.titles(answer), answer.degraded) == ([FAHRRAD], True)
    assert {one.value: one.count for one in answer.facets["language"]} == {"de": 1, "es": 1}
    assert stage.titles(stage.ask(app, sort="title")) == sorted([RENT, COOP, BICIS, FAHRRAD])
    assert stage.titles(stage.ask(app, "told -rent", sort="year"))[-1] == COOP
    assert stage.titles(stage.ask(app, "carriles OR rent", filters={"country": ["SN"]})) == [BICIS]
    assert stage.titles(stage.ask(app, "100%")) == stage.titles(stage.ask(app, "_ent")) == []


def test_an_empty_network_has_an_empty_index(app):
    with app.app_context():
        assert indexing.repair() == 0
        assert indexing.is_whole()
    answer = stage.ask(app, "rent")
    assert (answer.total, answer.degraded, answer.facets["topic"]) == (0, False, [])


def test_news_puts_in_and_takes_out_and_repeats_do_nothing(app, told):
    public_id = told[RENT]
    with app.app_context():
        before = index_files(app)
        indexing.refresh({"subject": f"practice:{public_id}"})
        indexing.refresh({"subject": "practice:NOSUCH"})
        indexing.refresh({"subject": "user:1"})
        assert index_files(app) == before, "nothing had changed, so nothing is written"
        practices.show(practices.find(public_id), "unlisted", stage.moderator(), "asked")
        db.session.commit()
        indexing.refresh({"subject": f"practice:{public_id}"})
        assert public_id not in get_engine(app).known()
        practices.show(practices.find(public_id), "public", stage.moderator(), "asked")
        db.session.commit()
        indexing.refresh({"subject": f"practice:{public_id}"})
        assert public_id in get_engine(app).known()
        assert indexing.verify() == []
    assert stage.titles(stage.ask(app, "street")) == [RENT]


def test_news_of_many_is_done_in_one_commit(app):
    with app.app_context():
        indexing.repair()
    stage.play(app, index=False)
    with app.app_context():
        indexing.refresh_waiting(["publish"])
        before = index_files(app)
        assert indexing.verify() == []
        assert len([path for path in before if path.suffix == ".toc"]) == 1
        for public_id in get_engine(app).known():
            indexing.refresh({"subject": f"practice:{public_id}"})
        assert index_files(app) == before


def test_while_the_index_is_broken_news_waits_for_the_repair(app, told):
    delete(app)
    with app.app_context():
        indexing.refresh({"subject": f"practice:{told[RENT]}"})
        assert not indexing.is_whole()
        indexing.repair()
        assert indexing.verify() == []


def test_a_difference_between_table_and_index_is_named_and_mended(app, told):
    with app.app_context():
        engine = get_engine(app)
        engine.remove([told[RENT]])
        late = cast.published(stage.author_of("porto"), stage.moderator(), "Late")
        db.session.commit()
        assert {one.public_id for one in indexing.verify()} == {told[RENT], late.public_id}
        assert "revision 1 is public, the index does not know the case" in str(indexing.verify()[0])
        assert not indexing.is_whole()
        assert indexing.repair() == 2
        assert indexing.verify() == []


def test_many_small_commits_are_merged_and_lose_nothing(app):
    with app.app_context():
        bruno = stage.moderator()
        indexing.repair()
        for n in range(14):
            stage.tell(bruno, f"Case number {n}", dict(start=str(2000 + n)))
            db.session.commit()
            indexing.refresh_waiting(["publish"])
        assert indexing.tend() and not indexing.tend()
        gone = stage.ask(app, '"case number 3"').hits[0].practice.public_id
        get_engine(app).remove([gone])
        assert [one.public_id for one in indexing.verify()] == [gone]
        assert len(index_files(app)) < 40
    assert stage.ask(app, "case numbers").total == 13
    assert stage.titles(stage.ask(app, '"number 12"')) == ["Case number 12"]
    assert stage.ask(app, "numb*").total == 13


def test_a_case_that_is_told_anew_again_and_again_leaves_nothing_behind(app, told):
    with app.app_context():
        engine = get_engine(app)
        document = indexing.committed_documents([told[RENT]])[0]
        for number in range(12):
            engine.upsert([replace(document, number=number)])
        assert indexing.tend() and not indexing.tend()
        assert engine.known()[told[RENT]] == (11, document.stamp)
        assert indexing.about().segments <= 2
    assert stage.ask(app, "told").total == 4


@dataclass(eq=False)
class Sized:
    """As much of a segment as the choice of what to merge looks at."""

    living: int


def test_merging_is_little_work_however_long_it_goes_on():
    """Every case is merged a few times, large segments never, and there are never many small ones."""
    segments, merged = [Sized(20_000), Sized(whoosh_engine.SEGMENT // 2)], 0
    for _ in range(4000):
        segments.append(Sized(1))
        if len(whoosh_engine.small(segments)) > whoosh_engine.FULL:
            chosen = whoosh_engine.to_merge(segments)
            assert segments[0] not in chosen and segments[1] not in chosen
            segments = [one for one in segments if one not in chosen]
            segments.append(Sized(sum(one.living for one in chosen)))
            merged += segments[-1].living
        assert len(segments) <= whoosh_engine.FULL + 3
    assert merged <= 12 * 4000


def test_a_rebuild_reports_progress_and_keeps_one_generation(app, told):
    steps = []
    with app.app_context():
        assert indexing.rebuild(lambda done, total: steps.append((done, total))) == 4
        assert steps == [(4, 4)]
        assert len([path for path in index_of(app).iterdir() if path.name.startswith("g-")]) == 1


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_a_network_larger_than_one_segment_is_indexed_whole(app, told, size, monkeypatch):
    monkeypatch.setattr(whoosh_engine, "SEGMENT", size)
    with app.app_context():
        assert indexing.rebuild() == 4
        assert indexing.verify() == []
    assert stage.ask(app, "words").total == 4
    assert sorted(stage.titles(stage.ask(app, "wohnen"))) == sorted([RENT, COOP])


def test_a_rebuild_that_fails_leaves_the_old_index_in_use(app, told, monkeypatch):
    def broken(*_):
        raise OSError("disk full")

    with app.app_context():
        monkeypatch.setattr(whoosh_files, "sync", broken)
        with pytest.raises(OSError):
            indexing.rebuild()
        monkeypatch.undo()
        assert indexing.is_whole()
        assert len([path for path in index_of(app).iterdir() if path.name.startswith("g-")]) == 1
    assert not stage.ask(app, "rent").degraded


def test_a_writer_that_was_cut_off_before_it_sealed_changes_nothing(app, told, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    with app.app_context():
        late = cast.published(stage.author_of("porto"), stage.moderator(), "Late")
        db.session.commit()
        monkeypatch.setattr(whoosh_files, "seal", killed)
        with pytest.raises(KeyboardInterrupt):
            indexing.refresh_many([late.public_id])
        monkeypatch.undo()
        stage.forget_the_index(app)
        assert len(get_engine(app).known()) == 4
        indexing.refresh_many([late.public_id])
        assert len(get_engine(app).current().live) == 5, "what was cut off is not taken over"
        assert indexing.verify() == []
        left = {path.name for path in (index_of(app) / "current").iterdir()}
        assert left - {path.name for path in index_files(app)} <= {"MAIN_WRITELOCK"}
    assert stage.titles(stage.ask(app, "late")) == ["Late"]


def test_a_writer_waits_for_the_one_before(app, told):
    engine = get_engine(app)
    with whoosh_files.only_writer(index_of(app)):
        second = threading.Thread(target=engine.remove, args=([told[RENT]],))
        second.start()
        second.join(0.3)
        assert second.is_alive()
        assert told[RENT] in engine.known()
    second.join(10)
    assert told[RENT] not in engine.known()


def test_two_processes_that_write_lose_nothing(app, told):
    """Two processes rebuild and refresh at the same time; nothing is lost, nobody is refused."""
    context = multiprocessing.get_context("spawn")
    environ = {
        "instance": str(app.config["SETTINGS"].instance),
        "database": app.config["SETTINGS"].database_url,
    }
    ids = sorted(told.values())
    writers = [context.Process(target=write_often, args=(environ, ids[n : n + 2])) for n in (0, 2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    with app.app_context():
        assert indexing.verify() == []


def write_often(environ, ids):
    from tests.conftest import make_app

    app = make_app(environ["instance"], environ["database"])
    with app.app_context():
        for _ in range(2):
            get_engine(app).remove(ids)
            indexing.refresh_many(ids)
            indexing.rebuild()
        db.session.remove()
        db.engine.dispose()


def test_readers_and_a_writer_at_the_same_time_never_miscount(app, told, full):
    """Every answer is that of one commit: 3 cases or 4, and never a mixture."""
    with app.app_context():
        document = next(iter(indexing.documents_of(db.session, [told[RENT]])))
    engine, wrong, done = get_engine(app), [], threading.Event()

    def read():
        while not done.is_set():
            results = engine.search(Query(q="told", per_page=50), Word("told"))
            if results.total not in (3, 4) or len(results.hits) != results.total:
                wrong.append(results)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for _ in range(60 if full else 6):
        engine.remove([document.public_id])
        engine.upsert([document])
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert engine.search(stage.Query(q="told"), Word("told")).total == 4


def test_what_is_found_in_the_database_lies_where_it_was_looked_for(app):
    stage.play(app, index=False)
    near_porto = stage.ask(app, near=(41.15, -8.61, 300.0))
    assert near_porto.degraded and sorted(stage.titles(near_porto)) == sorted([RENT, COOP])
    assert stage.titles(stage.ask(app, within=(-30.0, 0.0, 0.0, 20.0))) == [BICIS]
    assert stage.titles(stage.ask(app, within=(-30.0, 0.0, 0.0, 20.0), near=(41.15, -8.61, 300.0))) == []
    farthest = stage.titles(stage.ask(app, near=(41.15, -8.61, 20_000.0)))
    assert farthest[-1] == BICIS
