"""The index is written while the process is killed, the disk fails or fills up, or the power goes.

Every operation on a file is one place where that may happen. Afterwards the index is what it was before or
what it should become, visitors are answered, and the worker's own means make it equal to the table.
"""

import errno
import gc
import os
import random
import resource
import shutil
import signal
from collections import Counter
from itertools import cycle, product
from unittest.mock import patch

import pytest
from sqlalchemy import select, update

from exchange import reactions
from exchange.core import journal
from exchange.core.models import db, now
from exchange.practices import service as practices
from exchange.search import indexing, service
from exchange.search.engine import Unusable, get_engine
from exchange.search.engines import whoosh_engine, whoosh_files, whoosh_writer
from exchange.search.engines.whoosh_engine import WhooshEngine
from exchange.search.query import Name, Query
from exchange.search.words import strategies
from tests import cast
from tests.conftest import copied_app, put_away
from tests.search import stage
from tests.torture.files import Disk, Watched, put_back

QUESTIONS = ("", "told", "street", "late", "cycling", "wohnen", '"in few words"', "gardens OR bicicletas")
FACETS = ("topic", "city", "language")
SAMPLE = 3  # places in each act, when not all of them are tried
SEED = 9


class Play:
    """An index that lags behind its table, ready to be written to; each trial begins with it as it was."""

    def __init__(self, app, folder):
        self.app, self.folder, self.kept = app, app.config["SETTINGS"].index, folder / "kept"
        self.ids = stage.play(app)
        with app.app_context():
            self.several_segments()
            self.change_the_table()
            self.documents = indexing.committed_documents(list(self.ids.values()))
            self.names = indexing.committed_names()
        shutil.copytree(self.folder, self.kept, symlinks=True)
        self.rebuild(self.begin())
        self.built_anew = answers(self.folder)

    def several_segments(self):
        engine = get_engine(self.app)
        for document in list(indexing.committed_documents(list(self.ids.values()))):
            engine.upsert([document])

    def change_the_table(self):
        """One case is new, one is taken away, one moves to another city; a city gets a new synonym."""
        bruno = stage.moderator()
        self.ids["Late"] = stage.tell(bruno, "Late", {"topics": ["cycling"]})
        practices.show(practices.find(self.ids[stage.CASES[0][0]]), "unlisted", bruno, "asked")
        moved = practices.find(self.ids[stage.CASES[1][0]])
        moved.city = cast.find_city("dakar")
        journal.tell("make public", subject=f"practice:{moved.public_id}")
        db.session.commit()

    def begin(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.kept, self.folder, symlinks=True)
        stage.forget_the_index(self.app)
        return get_engine(self.app)

    # What may be done to the index

    def commit(self, engine):
        engine.upsert(self.documents, set(self.ids.values()) - {one.public_id for one in self.documents})

    def merge(self, engine):
        with patch.object(whoosh_engine, "FULL", 2):
            engine.tend()

    def rebuild(self, engine):
        with patch.object(whoosh_engine, "SEGMENT", 3):
            engine.replace(self.documents, self.names)

    def renew_names(self, engine):
        engine.upsert((), (), [*self.names, Name("topic", "cycling", "gardens", "en", synonym=True)])

    def merge_and_commit(self, engine):
        with patch.object(whoosh_engine, "OVERFULL", 3):
            self.commit(engine)

    # What must be true

    def operations(self, act):
        """(operation, path) of each operation of an act."""
        engine = self.begin()
        with Watched(self.folder) as watched:
            act(engine)
        assert len(watched.operations) > 20
        return watched.operations

    def before_and_after(self, act):
        engine = self.begin()
        before = answers(self.folder)
        act(engine)
        return before, answers(self.folder)

    def is_made_whole(self):
        """What the worker does now; the index then answers like one that is built anew."""
        with self.app.app_context():
            indexing.repair()
            indexing.refresh_waiting(reactions.SHOWN)
            assert indexing.verify() == []
            get_engine(self.app).upsert(())
        assert answers(self.folder) == self.built_anew
        assert len(list(self.folder.iterdir())) == 2, "the current generation and its link, nothing else"

    def visitors_are_answered(self):
        """In a request like theirs; whatever is found is public now and says what was asked for."""
        stage.forget_the_index(self.app)
        with self.app.test_request_context():
            found = {hit.practice.public_id for hit in service.find(Query(q="told", per_page=50)).hits}
        public = {one.public_id for one in self.documents}
        assert found <= public and len(found) >= len(public) - 1


def answers(folder):
    """Everything that a reader who comes now learns from the index."""
    engine = WhooshEngine(folder)
    found = [engine.search(Query(q=q, per_page=50), strategies.read(q).tree) for q in QUESTIONS]
    return (
        engine.known(),
        engine.names(),
        [(one.total, sorted((hit.public_id, hit.number, hit.texts) for hit in one.hits)) for one in found],
        [{facet: Counter(one.facets.get(facet, {})) for facet in FACETS} for one in found],
    )


def is_one_of(allowed, folder):
    """Whether a reader who comes now gets one of these answers."""
    try:
        return answers(folder) in allowed
    except Unusable:
        return False


@pytest.fixture(scope="module")
def play(template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("play")
    app = copied_app(template, folder)
    yield Play(app, folder)
    put_away(app)


def places(count, full):
    """Numbers from 1 to count: all of them, or a few that are always the same."""
    every = range(1, count + 1)
    return every if full else sorted(random.Random(SEED + count).sample(every, SAMPLE))


ACTS = [Play.commit, Play.merge, Play.rebuild, Play.renew_names, Play.merge_and_commit]
each_act = pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)


# Killed


def kill_at(number, play, act):
    """Let a process of its own do it, that is killed at that operation."""
    engine = play.begin()

    def begin_to_act():
        with Watched(play.folder, number, die):
            act(engine)

    assert os.WTERMSIG(in_a_child(begin_to_act)) == signal.SIGKILL


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def in_a_child(job):
    """Run a job in a process of its own, forked from this one; returns how that ended, see waitpid."""
    child = os.fork()
    if child == 0:
        try:
            job()
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1]


@each_act
def test_a_writer_that_is_killed_changes_all_or_nothing(play, act, full, capsys):
    before_and_after = play.before_and_after(lambda engine: act(play, engine))
    count = len(play.operations(lambda engine: act(play, engine)))
    unchanged = 0
    for number in places(count, full):
        kill_at(number, play, lambda engine: act(play, engine))
        assert answers(play.folder) in before_and_after, f"killed at operation {number}"
        unchanged += answers(play.folder) == before_and_after[0]
        play.visitors_are_answered()
        play.is_made_whole()
    if full:
        with capsys.disabled():
            print(f"\n{act.__name__}: killed at {count} operations, {unchanged} times before it counted")


def test_a_writer_that_deletes_before_it_seals_would_be_seen(play, monkeypatch):
    """Whoosh's own order: the old files go before the new ones are known to be there."""

    def commit_as_whoosh_does(self, segments):
        whoosh_writer.whoosh.index.clean_files(self.storage, whoosh_files.NAME, self.generation, segments)
        original(self, segments)

    before_and_after = play.before_and_after(play.merge)
    original = whoosh_writer.Writer._commit_toc
    monkeypatch.setattr(whoosh_writer.Writer, "_commit_toc", commit_as_whoosh_does)
    for number in range(len(play.operations(play.merge)), 0, -1):
        kill_at(number, play, play.merge)
        if not is_one_of(before_and_after, play.folder):
            return
    raise AssertionError("it was not seen")


# Refused by the disk


def refusal(error):
    """A function that fails as the disk does: ENOSPC when it is full, EIO when it is broken."""

    def refuse():
        raise OSError(error, os.strerror(error))

    return refuse


@each_act
def test_a_write_that_fails_changes_all_or_nothing_and_the_next_try_succeeds(play, act, full):
    before, after = play.before_and_after(lambda engine: act(play, engine))
    count = len(play.operations(lambda engine: act(play, engine)))
    numbers, errors = places(count, full), (errno.ENOSPC, errno.EIO)
    for number, error in product(numbers, errors) if full else zip(numbers, cycle(errors), strict=False):
        engine = play.begin()
        engine.count()
        with Watched(play.folder, number, refusal(error)):
            try:
                act(play, engine)
            except OSError as raised:
                assert raised.errno == error
        assert answers(play.folder) in (before, after), f"refused at operation {number}"
        assert engine.known() in (before[0], after[0]), "who had it open reads on"
        play.visitors_are_answered()
        act(play, engine)
        assert answers(play.folder) == after
        play.is_made_whole()


def test_a_disk_that_stays_full_costs_no_handles(play):
    operations, before = play.operations(play.commit), handles()
    for number, (operation, _) in enumerate(operations, 1):
        if operation in ("open", "write"):
            with Watched(play.folder, number, refusal(errno.ENOSPC)), pytest.raises(OSError):
                play.commit(play.begin())
    assert handles() <= before + 8, "no more than one open index needs"


def handles():
    gc.collect()
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.parametrize("room", [0, 100, 700, 1500])
def test_a_file_that_may_not_grow_is_like_a_full_disk(play, room):
    """The limit of the system itself, on what this process may write into one file."""
    before, after = play.before_and_after(play.rebuild)
    engine = play.begin()

    def write():
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
        try:
            play.rebuild(engine)
        except OSError as error:
            assert error.errno == errno.EFBIG
        else:
            raise AssertionError("it was written")
        assert answers(play.folder) == before
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        play.rebuild(engine)

    assert in_a_child(write) == 0
    assert answers(play.folder) == after


def test_news_waits_while_the_disk_is_full(app, tmp_path):
    """Nothing is lost, and the index gets it when there is room again."""
    refuse = refusal(errno.ENOSPC)
    play = Play(app, tmp_path)
    play.begin()
    shown = select(journal.News).where(journal.News.act.in_(reactions.SHOWN))
    with play.app.app_context():
        for number in range(3):
            with Watched(play.folder, seen=lambda *_: refuse()):
                reactions.react()
            waiting = [news for news in db.session.scalars(shown) if not news.done_at]
            assert {news.tries for news in waiting} == {number + 1}
            assert all("No space left" in news.error for news in waiting)
            db.session.execute(update(journal.News).values(next_try_at=now()))
            db.session.commit()
        while reactions.react():
            pass
        assert all(news.done_at for news in db.session.scalars(shown))
        assert indexing.verify() == []
        assert service.find(Query(q="late")).hits[0].practice.public_id == play.ids["Late"]


# Without power


SURVIVORS = (  # of the names that were not synced
    lambda name: True,
    lambda name: False,
    lambda name: name in (whoosh_files.SEALED, whoosh_files.CURRENT),
    lambda name: name not in (whoosh_files.SEALED, whoosh_files.CURRENT),
)


def images(play, act):
    """All that could be left of the folder, were the power cut at some operation of an act."""
    engine, disk, found = play.begin(), Disk(play.folder), {}

    def seen(operation, path):
        for survives in SURVIVORS:
            image = disk.image(survives)
            found[hash(tuple(sorted(image.items(), key=str)))] = image
        disk.seen(operation, path)

    try:
        with Watched(play.folder, seen=seen):
            act(engine)
    finally:
        disk.close()
    return list(found.values())


@each_act
def test_power_that_goes_loses_nothing_that_was_sealed(play, act, full, capsys):
    before_and_after = play.before_and_after(lambda engine: act(play, engine))
    left = images(play, lambda engine: act(play, engine))
    for number in places(len(left), full):
        put_back(play.folder, left[number - 1])
        assert answers(play.folder) in before_and_after, f"power cut number {number}"
        play.is_made_whole()
    if full:
        with capsys.disabled():
            print(f"\n{act.__name__}: {len(left)} images of a disk without power")


def test_what_is_not_synced_would_be_seen(play, monkeypatch):
    before_and_after = play.before_and_after(play.commit)
    monkeypatch.setattr(whoosh_files, "sync", lambda path: None)
    for image in images(play, play.commit):
        put_back(play.folder, image)
        if not is_one_of(before_and_after, play.folder):
            return
    raise AssertionError("nothing was lost, whatever was left unsynced")
