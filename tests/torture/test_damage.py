"""Whatever happens to the files of the index: pages are answered and say nothing wrong, and it mends.

Each file is lost, emptied, cut off or has a byte flipped, while it is open and while it is not.
"""

import builtins
import io
import json
import os
import random
import shutil
import threading
import time
from itertools import product

import pytest

from exchange.cli import worker
from exchange.core.models import db
from exchange.search import indexing
from exchange.search.engine import get_engine
from exchange.search.engines import whoosh_files
from tests.conftest import copied_app, put_away
from tests.search import stage

PATIENCE = 30  # seconds
ROUNDS = {False: 1, True: 12}  # damages of each file, and where it matters at which place
PAGES = ("/practices?q=rent&topic=housing", "/practices?q=zurich", "/")
ASKED = {  # address → the titles that it leads to, by whichever engine
    "/practices.json?q=rent&topic=housing": [0],
    "/practices.json?q=done&country=SN": [2],
    "/practices.json?q=told&language=de": [3],
}
HARMLESS = 2  # of many damages: those that hit the white space of the seal
KINDS = (".trm", ".pst", ".col", ".txt", ".toc", whoosh_files.NAMES, whoosh_files.SEALED)


@pytest.fixture(scope="module")
def town(template, tmp_path_factory):
    """An app with its index; each test begins with the index as it was built."""
    folder = tmp_path_factory.mktemp("town")
    app = copied_app(template, folder)
    app.ids = list(stage.play(app).values())
    shutil.copytree(index_of(app), folder / "kept", symlinks=True)
    yield app
    put_away(app)


@pytest.fixture(params=[True, False], ids=["open", "closed"])
def app(request, town):
    """With the index in use, or not yet looked at."""
    put_back(town)
    if request.param:
        assert not answer(town, "/practices.json?q=rent&topic=housing")["degraded"]
    return town


def put_back(app):
    folder = index_of(app)
    folder.unlink() if folder.is_file() else shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(folder.with_name("kept"), folder, symlinks=True)
    for path in folder.parent.glob("index-*.aside"):
        path.unlink()
    stage.forget_the_index(app)
    app.extensions.pop("search results", None)


def index_of(app):
    return app.config["SETTINGS"].index


def file_of(app, kind):
    """The file of that kind."""
    return next(path for path in sorted((index_of(app) / "current/").iterdir()) if kind in path.name)


def answer(app, address):
    response = app.test_client().get(address)
    assert response.status_code == 200, address
    return response.json


def visitors_are_answered(app):
    """Every page opens and every hit is right; returns whether the answers were degraded."""
    for page in PAGES:
        assert app.test_client().get(page).status_code == 200, page
    degraded = set()
    for address, cases in ASKED.items():
        found = answer(app, address)
        assert sorted(hit["id"] for hit in found["items"]) == sorted(app.ids[case] for case in cases)
        assert found["total"] == len(cases)
        degraded.add(found["degraded"])
    assert len(degraded) == 1
    return degraded.pop()


def is_mended_by_the_worker(app):
    with app.app_context():
        worker.work_once()
        assert indexing.is_whole() and indexing.verify() == []
    assert not visitors_are_answered(app)


# What may happen to a file


def lose(path, chance):
    path.unlink()


def empty(path, chance):
    path.write_bytes(b"")


def truncate(path, chance):
    os.truncate(path, chance.randrange(path.stat().st_size))


def lengthen(path, chance):
    with open(path, "ab") as file:
        file.write(bytes(chance.randrange(1, 200)))


def flip(path, chance):
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= chance.randrange(1, 256)
    path.write_bytes(data)


def zero(path, chance):
    """What some file systems leave after a power cut: the length is right."""
    path.write_bytes(bytes(path.stat().st_size))


def replace_by_a_folder(path, chance):
    path.unlink()
    path.mkdir()


HARMS = (lose, empty, truncate, lengthen, flip, zero, replace_by_a_folder)
AT_RANDOM = (truncate, flip)


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
def test_a_damaged_file_is_noticed_at_once_and_mended(app, harm, full):
    chance = random.Random(harm.__name__)
    kinds = KINDS * ROUNDS[harm in AT_RANDOM] if full else chance.sample(KINDS, 2)
    for kind in kinds:
        harm(file_of(app, kind), chance)
        assert visitors_are_answered(app), "degraded, but right"
        is_mended_by_the_worker(app)


# What may happen to the folder and its link


def lose_the_link(folder):
    (folder / "current").unlink()


def dangle(folder):
    lose_the_link(folder)
    (folder / "current").symlink_to("g-nowhere")


def go_round(folder):
    lose_the_link(folder)
    (folder / "current").symlink_to("current")


def link_to_itself(folder):
    lose_the_link(folder)
    (folder / "current").symlink_to(".")


def folder_for_link(folder):
    lose_the_link(folder)
    (folder / "current").mkdir()
    (folder / "current" / "note.txt").write_text("put here by mistake")


def file_for_link(folder):
    lose_the_link(folder)
    (folder / "current").write_text("put here by mistake")


def lose_the_folder(folder):
    shutil.rmtree(folder)


def file_for_folder(folder):
    shutil.rmtree(folder)
    folder.write_text("put here by mistake")


def put_another_seal(folder, **what):
    path = folder / "current" / whoosh_files.SEALED
    path.write_text(json.dumps({**json.loads(path.read_text()), **what}))


def another_version(folder):
    put_another_seal(folder, format="1, whoosh 2.7.4")


def seal_of_nothing(folder):
    put_another_seal(folder, files={})


def odd_seal(folder):
    put_another_seal(folder, files=[["_MAIN_1.toc", [1, 2]]])


STATES = (lose_the_link, dangle, go_round, link_to_itself, folder_for_link, file_for_link, lose_the_folder)
STATES += (file_for_folder, another_version, seal_of_nothing, odd_seal)


@pytest.mark.parametrize("harm", STATES, ids=lambda harm: harm.__name__)
def test_a_damaged_folder_is_noticed_at_once_and_mended(app, harm):
    harm(index_of(app))
    assert visitors_are_answered(app)
    is_mended_by_the_worker(app)


def test_a_file_in_place_of_the_folder_is_kept_beside(town):
    put_back(town)
    file_for_folder(index_of(town))
    is_mended_by_the_worker(town)
    (aside,) = index_of(town).parent.glob("index-*.aside")
    assert aside.read_text() == "put here by mistake"


def test_files_that_may_not_be_read_or_written_are_waited_for(app, monkeypatch, caplog):
    """For lack of permission: pages go on, and when it is given back so does the search."""

    def refuse(original):
        def ours(path, *args, **kwargs):
            if str(path).startswith(f"{index_of(app)}{os.sep}"):
                raise PermissionError(13, "Permission denied", str(path))
            return original(path, *args, **kwargs)

        return ours

    for module, name in product((os, io, builtins), ("open", "stat", "mkdir")):
        if original := getattr(module, name, None):
            monkeypatch.setattr(module, name, refuse(original))
    assert visitors_are_answered(app)
    with app.app_context():
        assert worker.attempt(worker.keep_whole) is None
    assert "Permission denied" in caplog.text
    monkeypatch.undo()
    is_mended_by_the_worker(app)


# What leaves no trace


def flip_silently(path, chance):
    """Size and times stay as they were, as when a disk forgets."""
    before = path.stat()
    flip(path, chance)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("kind", KINDS)
def test_damage_without_a_trace_is_never_an_error_and_found_within_the_hour(town, kind, full):
    chance, noticed = random.Random(kind), 0
    for _ in range(ROUNDS[full]):
        put_back(town)
        assert not visitors_are_answered(town)
        flip_silently(file_of(town, kind), chance)
        town.extensions.pop("search results")
        for page in (*PAGES, *ASKED):
            assert town.test_client().get(page).status_code == 200
        before = os.readlink(index_of(town) / "current")
        with town.app_context():
            indexing.inspect()
            noticed += os.readlink(index_of(town) / "current") != before
        assert not visitors_are_answered(town)
    assert noticed >= ROUNDS[full] - HARMLESS


def test_damage_that_makes_reading_fail_is_told_to_every_process(town):
    """The number of a case that there is not: whoever stumbles looks at the files and marks the damage."""
    put_back(town)
    assert not visitors_are_answered(town)
    other = type(get_engine(town))(index_of(town))
    other.check()
    path = file_of(town, ".pst")
    before = path.stat()
    path.write_bytes(b"\xff" * before.st_size)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    town.extensions.pop("search results")
    get_engine(town).current().kept.clear()
    for segment in get_engine(town).current().segments:
        segment.shared.kept.clear()
    assert visitors_are_answered(town)
    assert not other.snapshot.is_untouched()
    is_mended_by_the_worker(town)


def test_a_merge_takes_nothing_over_from_a_damaged_segment(town, monkeypatch):
    monkeypatch.setattr("exchange.search.engines.whoosh_engine.FULL", 1)
    put_back(town)
    with town.app_context():
        engine = get_engine(town)
        for document in list(indexing.committed_documents(town.ids)):
            engine.upsert([document])
        flip_silently(file_of(town, ".pst"), random.Random(1))
        assert not indexing.tend(), "no merge"
        assert not indexing.is_readable()
    is_mended_by_the_worker(town)


# While the worker works


@pytest.mark.parametrize("harm", [flip, lose, lose_the_folder, file_for_folder, another_version])
def test_damage_that_comes_while_the_worker_works_is_mended_within_seconds(town, harm):
    put_back(town)
    stop = threading.Event()

    def work():
        with town.app_context():
            worker.work_for_ever(stop)
            db.session.remove()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        assert comes_true(lambda: is_whole(town))
        before = os.readlink(index_of(town) / "current")
        if harm in HARMS:
            harm(file_of(town, ".pst"), random.Random(3))
        else:
            harm(index_of(town))
        assert comes_true(lambda: is_whole(town) and os.readlink(index_of(town) / "current") != before)
    finally:
        stop.set()
        thread.join(PATIENCE)
    assert not visitors_are_answered(town)


def is_whole(app):
    with app.app_context():
        return indexing.is_whole() and indexing.verify() == []


def comes_true(question):
    end = time.monotonic() + PATIENCE
    while not (found := question()) and time.monotonic() < end:
        time.sleep(0.05)
    return found
