"""What was taken back is not spoken of, from the moment of the commit: the index may hear of it later."""

import pytest

from exchange.core.models import db
from exchange.practices import service as practices
from exchange.search import indexing, service
from exchange.search.engine import get_engine
from exchange.search.query import Query
from tests.search import stage

SEEN = ("unlisted", "archived", "tombstone")
MARK = "quokkamarker"
TYPED = (
    MARK,
    "quokkamarkr",
    "quokka*",
    f'"a {MARK}"',
    f"title:{MARK}",
    f"tag:{MARK}",
    f"{MARK} tram",
    f"-tram {MARK}",
)
HIDDEN = dict(
    summary=f"A {MARK} in the summary, by the shore.",
    tags=[MARK],
    topics=["water"],
    city="wien",
    language="de",
    stage="scaled",
    start="1999",
)
OPEN = [
    ("A tram", dict(topics=["cycling"])),
    ("Buses by the shore", dict(topics=["cycling"], solution="A tram.")),
]


@pytest.fixture(params=[(seen, heard) for seen in SEEN for heard in (False, True)], ids=str)
def taken_back(request, app):
    """Two cases that are public, and one that was; the index holds it still, or has heard of it."""
    seen, heard = request.param
    told = stage.play(app, [*OPEN, (f"A {MARK} told", HIDDEN)])
    with app.app_context():
        gone = practices.find(told[f"A {MARK} told"])
        practices.show(gone, seen, stage.moderator(), f"asked for by {MARK}")
        db.session.commit()
        if heard:
            indexing.refresh({"subject": f"practice:{gone.public_id}"})
        assert (gone.public_id in get_engine(app).known()) == (not heard), "the danger is there"
    return gone.public_id


def everything_of(answer):
    """All that an answer lets out."""
    hits = [(hit.path, hit.revision.title, hit.snippet) for hit in answer.hits]
    return repr((answer.total, answer.results, hits, answer.facets))


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_answer_holds_a_word_or_a_value_of_it(app, taken_back, language):
    for typed in ("", *TYPED, "tram", "shore", "the water of Wien", "water OR energy", "agua", "SDG 11"):
        for per_page in (10, None):
            answer = stage.ask(app, typed, language, per_page=per_page)
            told = everything_of(answer)
            assert taken_back not in told
            assert typed == MARK or MARK not in told.replace(typed, ""), typed
            assert answer.total == len(answer.hits) == answer.results.total
            assert {one.value for one in answer.facets["stage"]} <= {"running"}
            assert {one.value for one in answer.facets["city"]} <= {"porto"}
            assert {one.value for one in answer.facets["year"]} <= {"2015"}


def test_no_filter_counts_it(app, taken_back):
    for filters in (
        {"tag": [MARK]},
        {"city": ["wien"]},
        {"language": ["de"]},
        {"year": ["1999"], "stage": ["scaled"]},
    ):
        answer = stage.ask(app, filters=filters)
        assert (answer.total, answer.hits) == (0, [])
        counted = {(name, one.value): one.count for name in filters for one in answer.facets[name]}
        assert [counted[name, values[0]] for name, values in filters.items()] == [0] * len(filters)
        assert set(answer.results.without.values()) <= {2}


def test_no_export_and_no_map_holds_it(app, taken_back):
    query = Query(q=f"{MARK} OR tram OR shore", per_page=None)
    with app.test_request_context():
        assert len(list(service.everything(query))) == 2
        assert taken_back not in repr(service.points(query))
        assert taken_back not in repr(service.points(Query()))


def test_it_does_not_keep_others_from_being_found(app, taken_back):
    """'shore' and its own words are all in the case that went; whoever describes it finds what there is."""
    answer = stage.ask(app, f"{MARK} shore")
    assert (stage.titles(answer), answer.results.loose) == (["Buses by the shore"], True)


def test_nothing_is_offered_for_it(app, taken_back):
    engine = get_engine(app)
    with app.test_request_context():
        hidden = service.hidden_ids()
    for beginning in ("quo", MARK, f"a {MARK}", "wie", "vien", "wat"):
        offered = engine.suggest(beginning, "en", hidden)
        assert not any(offered), beginning
    with app.app_context():
        public = practices.find(stage_id(app, "Buses by the shore"))
        assert [case.practice.public_id for case in service.related(public, "en")] in (
            [],
            [stage_id(app, "A tram")],
        )


def stage_id(app, title):
    return next(hit.practice.public_id for hit in stage.ask(app).hits if hit.revision.title == title)


def test_a_text_that_is_not_public_yet_is_not_found_in_a_public_case(app):
    """A newer draft of a public case, sent in and read, and the text that it will replace."""
    told = stage.play(app, OPEN)
    with app.app_context():
        older = practices.public_revision(practices.find(told["A tram"]))
        newer = practices.next_draft(older, older.created_by)
        practices.write(newer, {"title": f"A {MARK}", "tags": [MARK]}, {})
        practices.move(newer, "submitted")
        db.session.commit()
        indexing.rebuild()
    for typed in TYPED:
        assert stage.ask(app, typed, strict=True).total == 0, typed
    assert MARK not in everything_of(stage.ask(app))
