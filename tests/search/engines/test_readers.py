"""Many read while one writes, in processes of their own: every answer is that of some committed state.

A reader notes when it asked and what it got; the writer notes what the table and the index held and when.
Afterwards each answer must be what the index held at some moment of the question, without the cases that
the table had taken back by then.
"""

import multiprocessing
import threading
import time

from flask import current_app
from sqlalchemy import select

from exchange.core.models import db
from exchange.practices import service as practices
from exchange.practices.models import Practice
from exchange.search import indexing, service
from exchange.search.engine import get_engine
from exchange.search.query import Query
from tests import cast
from tests.conftest import make_app
from tests.search import stage

ACTS = {True: 60, False: 16}  # of the writer
PROCESSES = {True: 2, False: 1}  # beside the one that the test runs in, and the writer's
THREADS = 2
PATIENCE = 300  # seconds; a machine may be busy
WORD = "tally"
FEW = 9  # cases before anything happens
ASKED = (
    Query(per_page=None),
    Query(q=WORD, per_page=None),
    Query(q=f"{WORD} OR nothing", per_page=None, sort="title"),
    Query(q=f'"a {WORD}"', per_page=None, filters={"language": ["de", "fr"]}),
)
LANGUAGES = ("en", "de", "fr")


def test_every_answer_is_that_of_some_committed_state(app, full):
    where = str(app.config["SETTINGS"].instance), app.config["SETTINGS"].database_url
    with app.app_context():
        bruno = stage.moderator()
        for number in range(FEW):
            tell(bruno, number)
        db.session.commit()
        indexing.rebuild()
        before = state()
    context = multiprocessing.get_context("spawn")
    begin, done, results = context.Barrier(PROCESSES[full] + 2), context.Event(), context.Queue()
    about = where, begin, done, results
    others = [context.Process(target=read_there, args=about, daemon=True) for _ in range(PROCESSES[full])]
    others.append(context.Process(target=write_there, args=(*about, ACTS[full]), daemon=True))
    for process in others:
        process.start()
    answers = read_here(app, begin, done)
    told = [results.get(timeout=PATIENCE) for _ in others]
    for process in others:
        process.join(PATIENCE)
    written = next(notes for kind, notes in told if kind == "written")
    answers += [answer for kind, notes in told if kind == "read" for answer in notes]
    tables, index = states(written, "table", before), states(written, "index", before)
    assert len(answers) > ACTS[full]
    wrong = [answer for answer in answers if not is_of_some_state(answer, tables, index)]
    assert wrong == []
    assert len({frozenset(answer["shown"]) for answer in answers}) > 3, "readers saw it change"
    with app.app_context():
        assert indexing.verify() == []


# The readers


def read_there(where, begin, done, results):
    results.put(("read", read_here(make_app(*where), begin, done)))


def read_here(app, begin, done):
    """What some threads of this process were answered until the writer was done."""
    with app.test_request_context():
        service.find(ASKED[0])
    begin.wait(PATIENCE)
    notes, until = [], time.monotonic() + PATIENCE
    readers = [threading.Thread(target=read, args=(app, notes, done, until, n)) for n in range(THREADS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return notes


def read(app, notes, done, until, number):
    while not done.is_set() and time.monotonic() < until:
        number += 1
        query, begun = ASKED[number % len(ASKED)], time.monotonic()
        with app.test_request_context():
            answer = service.find(query)
        notes.append(noted(answer, begun, time.monotonic()))


def noted(answer, begun, ended):
    """An answer in plain values, for it goes to another process."""
    return {
        "begun": begun,
        "ended": ended,
        "found": {hit.public_id: hit.number for hit in answer.results.hits},
        "count": len(answer.results.hits),
        "shown": {hit.practice.public_id: hit.revision.number for hit in answer.hits},
        "total": answer.results.total,
        "shown total": answer.total,
        "languages": {one.value: one.count for one in answer.facets["language"]},
        "filtered": answer.query.filters.get("language"),
        "degraded": answer.degraded,
    }


# The writer


def write_there(where, begin, done, results, acts):
    app, notes = make_app(*where), []
    with app.app_context():
        bruno = stage.moderator()
        begin.wait(PATIENCE)
        for number in range(FEW, FEW + acts):
            notes.append(timed("table", act, bruno, number))
            notes.append(timed("index", hear, number))
        done.set()
        db.session.remove()
        db.engine.dispose()
    results.put(("written", notes))


def timed(kind, do, *args):
    begun = time.monotonic()
    held = do(*args)
    return kind, begun, time.monotonic(), held


def act(bruno, number):
    """One case is told, another taken down, restored or renewed; returns what the table holds then."""
    ids = sorted(state())
    match number % 4:
        case 0:
            tell(bruno, number)
        case 1:
            practices.show(practices.find(ids[number % len(ids)]), "unlisted", bruno, "asked for")
        case 2:
            renew(bruno, ids[number % len(ids)])
        case 3:
            for one in hidden():
                practices.show(one, "public", bruno, "asked for")
    db.session.commit()
    return state()


def hear(number):
    """News comes at once or not yet, now and then a merge or a rebuild; returns what the index holds."""
    if number % 5:
        indexing.refresh_many([one.public_id for one in indexing.verify()])
    if number % 7 == 0:
        indexing.tend()
    if number % 11 == 0:
        indexing.rebuild()
    return {key: number for key, (number, _stamp) in get_engine(current_app).known().items()}


def tell(bruno, number):
    title, language = f"Case {number} of a {WORD}", LANGUAGES[number % len(LANGUAGES)]
    return cast.published(stage.author_of("porto"), bruno, title, language=language, **stage.PLAIN)


def renew(bruno, public_id):
    """What a review leaves behind, without the review: this is about readers."""
    practice = practices.find(public_id)
    older = practices.public_revision(practice)
    newer = practices.next_draft(older, older.created_by)
    newer.title += " again"
    newer.content_hash = newer.approved_hash = practices.content_hash(newer)
    practices.move(older, "superseded")
    db.session.flush()
    newer.state, newer.number, newer.published_at = "published", older.number + 1, older.published_at


def hidden():
    return db.session.scalars(select(Practice).where(Practice.visibility == "unlisted")).all()


def state():
    """Public id → number of the public revision, as the table has it."""
    return {
        practice.public_id: revision.number for practice, revision in db.session.execute(practices.public())
    }


# The proof


def states(written, kind, before):
    """(from, until, what was held) of every state; while one is being written both may be met."""
    notes = [note for note in written if note[0] == kind]
    found = [(0.0, notes[0][2], before)]
    ends = [note[2] for note in notes[1:]] + [float("inf")]
    return found + [(begun, end, held) for (_, begun, _, held), end in zip(notes, ends, strict=True)]


def is_of_some_state(answer, tables, index):
    counts, chosen = answer["languages"], answer["filtered"] or answer["languages"]
    sums = {answer["total"], answer["count"], len(answer["found"]), sum(counts.get(one, 0) for one in chosen)}
    if len(sums) != 1 or answer["shown total"] != len(answer["shown"]):
        return False
    then = during(answer, tables)
    known = then if answer["degraded"] else during(answer, index)
    was_found = any(is_held(answer, one, table) for one in known for table in then)
    return was_found and any(is_shown(answer, table) for table in then)


def during(answer, states):
    return [held for begun, end, held in states if begun <= answer["ended"] and answer["begun"] <= end]


def is_held(answer, held, table):
    """It found what was held and not taken back."""
    found = {public_id: number for public_id, number in held.items() if public_id in table}
    if answer["filtered"]:
        found = {public_id: number for public_id, number in found.items() if public_id in answer["found"]}
    return answer["found"] == found


def is_shown(answer, table):
    """It showed of that what was public, with the words that the table had."""
    public = {public_id: table[public_id] for public_id in answer["found"] if public_id in table}
    return answer["shown"] == public
