"""Whatever is asked, the index answers as somebody would who reads every public case, slowly."""

import math

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from sqlalchemy import select

from exchange.core.models import db
from exchange.practices.models import Practice
from exchange.search import indexing, service
from exchange.search.engines import reranking, whoosh_engine
from exchange.search.query import FACETS, Query
from exchange.search.words import analysis
from exchange.search.words.texts import flat
from tests.conftest import FULL
from tests.search.engines.reference import Reference
from tests.search.networks import Network
from tests.search.questions import LIKE, questions

NETWORKS, ROUNDS, ASKED = (8, 8, 32) if FULL else (2, 5, 12)
THAI = "ชาวเมืองตัดสินใจว่าจะใช้งบประมาณส่วนหนึ่งอย่างไรในแต่ละปีและลงคะแนนเสียงร่วมกัน"
EXACT = 1e-6  # the engine reckons lengths in four bytes


@pytest.mark.parametrize("number", range(NETWORKS))
def test_every_answer_is_that_of_a_slow_reader(app, number, monkeypatch):
    """Before and after each change: cases are told, renewed, withdrawn, restored; segments are merged."""
    monkeypatch.setattr(whoosh_engine, "FULL", 2)
    if number % 2:
        monkeypatch.setattr(reranking, "RERANKED", 5)
    with app.app_context():
        network = Network(number, size=30 + 50 * number // NETWORKS)
        indexing.rebuild()
        remembered = set()
        reference = Reference(db.session, remembered)
    for turn in range(ROUNDS):
        compare(app, network, reference, ASKED, 100 * number + turn)
        with app.app_context():
            hidden = change(network)
        compare(app, network, reference, ASKED // 4, 100 * number + 50 + turn, hidden)
        with app.app_context():
            network.hear()
            keep_house(turn, remembered)
            reference = Reference(db.session, remembered)
    with app.app_context():
        assert indexing.verify() == []


def test_what_is_copied_from_a_text_finds_its_case(app):
    """Any words in a row, in quotes; of scripts without spaces any characters, however long the sentence."""
    with app.app_context():
        network = Network(99, size=20)
        network.told.append(network.tell(solution=THAI * 3, language="th"))
        indexing.rebuild()
        cases = [(id, revision.answers["solution"]) for id, revision in network.public()]
    for number in range(1500 if FULL else 150):
        public_id, text = cases[-1] if number % 10 == 0 else network.chance.choice(cases)
        copied = some_of(text, network.chance)
        with app.test_request_context():
            found = service.find(Query(q=f'"{copied}"', per_page=None)).results.hits
        assert public_id in {hit.public_id for hit in found}, copied


def some_of(text, chance):
    words = flat(text).split()
    first = chance.randrange(len(words))
    copied = " ".join(words[first : first + chance.randint(1, 4)])
    if len(copied) > 1 and analysis.PAIRS.fullmatch(copied):
        start = chance.randrange(len(copied) - 1)
        copied = copied[start : start + chance.randint(2, 9)]
    return copied if any(map(str.isalnum, copied)) else some_of(text, chance)


def change(network):
    """What happens on one day; returns the ids of all cases that are not public after it."""
    for public_id in network.some(3):
        network.renew(public_id)
    for public_id in network.some(6):
        network.translate(public_id)
    for public_id in network.some(6):
        network.fall_silent(public_id)
    for public_id in network.some(3, shown=False):
        network.show(public_id, "public")
    for public_id in network.some(4):
        network.withdraw(public_id)
    for _ in range(network.chance.randint(0, 3)):
        network.told.append(network.tell())
    network.learn()
    gone = select(Practice.public_id).where(Practice.visibility != "public")
    return frozenset(db.session.scalars(gone))


def keep_house(turn, remembered):
    if turn % 2:
        assert indexing.tend() or turn > 1
    if turn % 4 == 3:
        indexing.rebuild()
        remembered.clear()


def compare(app, network, reference, count, number, hidden=()):
    """Ask that many questions of both, as a visitor asks them. `hidden`: the index has not heard of it."""

    @seed(number)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(questions(network, likes=() if hidden else LIKE))
    def check(query):
        with app.test_request_context():
            agree(service.find(query), reference.ask(query, hidden), query)

    check()


def agree(answer, found, query):
    assert not answer.degraded
    assert answer.total == answer.results.total == found.total
    assert counts(answer) == {name: values for name, values in found.facets.items() if values}
    assert (answer.results.loose, answer.results.without) == (found.loose, found.without)
    last = None if query.per_page is None else query.offset + query.per_page
    wanted, hits = found.hits[query.offset : last], answer.results.hits
    assert [hit.public_id for hit in hits] == [case.practice.public_id for case in answer.hits]
    assert len({hit.public_id for hit in hits}) == len(hits) == len(wanted)
    by_id = {hit.public_id: hit for hit in found.hits}
    for hit, other in zip(hits, wanted, strict=True):
        known = by_id[hit.public_id]
        assert math.isclose(hit.score, known.score, rel_tol=EXACT, abs_tol=1e-9)
        assert hit.public_id == other.public_id or as_good(known, other)


def as_good(one, other):
    """Whether nobody can say which comes first: a score differs by less than the engine reckons."""
    close = [math.isclose(a, b, rel_tol=EXACT) for a, b in zip(one.keys[:-1], other.keys[:-1], strict=True)]
    return all(close) and one.keys[:-1] != other.keys[:-1]


def counts(answer):
    found = {name: {one.value: one.count for one in answer.facets[name]} for name in FACETS}
    return {name: values for name, values in found.items() if values}
