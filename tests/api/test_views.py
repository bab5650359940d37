"""One question, many exits: the same cases, all of them, as they come, and nothing that is hidden."""

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from exchange.api.views import practices as views
from exchange.core.models import db
from exchange.practices import service as practices
from exchange.search import service as search
from tests import cast, conftest
from tests.api import readers
from tests.api.readers import EXITS, take, words_of
from tests.search import stage

MANY = 60
LETTERS = "x" * 300  # so that a block does not hold them all
STREAMED = {"json": 4, "csv": 5, "geojson": 5, "bib": 1, "ris": 1}  # ending → queries for each batch


@pytest.fixture(scope="module")
def town(template, tmp_path_factory):
    """Sixty public cases, a third of them of each city."""
    app = conftest.copied_app(template, tmp_path_factory.mktemp("town"))
    stage.play(app, [(f"Case {n:02} – Straße", told(n)) for n in range(MANY)])
    yield app
    conftest.put_away(app)


def told(n):
    return dict(city=("porto", "wien", "dakar")[n % 3], summary=f"Number {n} {LETTERS}", tags=["one", "two"])


def test_every_exit_of_one_question_holds_the_same_cases_in_the_same_order(town):
    query = "?q=case&city=porto&city=wien&sort=title"
    lists = {ext: readers.ids(ext, take(town, ext, query)) for ext in EXITS}
    assert len(lists["csv"]) == 40
    assert [ext for ext in EXITS if lists[ext] != lists["csv"]] == []
    titles = [title for _, title in readers.found("csv", take(town, "csv", query))]
    assert titles == sorted(titles)


def test_best_matches_come_first_as_on_the_page(app):
    stage.play(app, [("A garden", {}), ("Else", dict(summary="One garden.")), ("Garden by garden", {})])
    page = [hit.practice.public_id for hit in stage.ask(app, "garden").hits]
    assert len(page) == 3
    for ext in set(EXITS) - {"atom"}:
        assert readers.ids(ext, take(app, ext, "?q=garden")) == page


@pytest.mark.parametrize("ext", sorted(set(EXITS) - {"atom", "json"}))
def test_an_export_is_never_a_page(town, ext):
    assert len(readers.ids(ext, take(town, ext))) == MANY
    assert len(readers.ids(ext, take(town, ext, "?page=2"))) == MANY


@pytest.mark.parametrize("ext", EXITS)
def test_nothing_found_is_a_file_all_the_same(town, ext):
    assert readers.found(ext, take(town, ext, "?q=zzzz")) == []


@pytest.mark.parametrize("ext", EXITS)
def test_an_exit_says_what_it_is_and_keeps_robots_away(town, ext):
    answer = town.test_client().get(f"/practices.{ext}?q=stra%C3%9Fe&sort=title&city=porto")
    kinds = {
        "json": "application/json",
        "csv": "text/csv",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "geojson": "application/geo+json",
        "bib": "application/x-bibtex",
        "ris": "application/x-research-info-systems",
        "atom": "application/atom+xml",
    }
    assert answer.content_type.partition(";")[0] == kinds[ext]
    assert answer.headers["X-Robots-Tag"] == "noindex"
    day = r"\d{4}-\d\d-\d\d"
    assert re.fullmatch(
        rf'(attachment|inline); filename="practices-strasse-porto-{day}\.{ext}"; '
        rf"filename\*=UTF-8''practices-stra%C3%9Fe-porto-{day}\.{ext}",
        answer.headers["Content-Disposition"],
    )


def test_a_file_name_is_made_of_letters_only(town):
    hostile = '?q="; filename=x.exe\r\nSet-Cookie: a=b \u202egpj.exe ../../etc/passwd'
    name = town.test_client().get("/practices.csv", query_string=hostile[1:]).headers["Content-Disposition"]
    assert re.fullmatch(r'attachment; filename="practices-[a-z0-9-]*\.csv"', name)


@pytest.mark.parametrize("ext", EXITS)
def test_whoever_asks_for_the_head_gets_no_body(town, ext):
    head, whole = town.test_client().head(f"/practices.{ext}"), town.test_client().get(f"/practices.{ext}")
    assert (head.status_code, head.data) == (200, b"")
    for name in ("Content-Type", "Content-Disposition", "ETag"):
        assert head.headers[name] == whole.headers[name]


@pytest.mark.parametrize("ext", ["pdf", "html", "CSV", "csv.exe", "json~"])
def test_an_unknown_ending_is_no_page(town, ext):
    assert town.test_client().get(f"/practices.{ext}").status_code == 404


def test_what_has_not_changed_is_not_sent_again(app):
    told = stage.play(app)
    tags = tags_of(app)
    assert again(app, tags) == {304}
    assert again(app, tags, "?hl=fr") == {200}, "another language"
    with app.app_context():
        practices.endorse(practices.find(told["Carriles para bicicletas"]), "disputed", stage.moderator())
        db.session.commit()
    assert again(app, tags) == {200}, "a city has said something"
    tags = tags_of(app)
    assert again(app, tags) == {304}
    hide(app, told["Carriles para bicicletas"])
    assert again(app, tags) == {200}, "a case is gone"


def tags_of(app):
    return {ext: app.test_client().get(f"/practices.{ext}").headers["ETag"] for ext in EXITS}


def again(app, tags, query=""):
    """The different statuses that come when each exit is asked for again."""
    asked = [(f"/practices.{ext}{query}", {"If-None-Match": tag}) for ext, tag in tags.items()]
    return {app.test_client().get(path, headers=headers).status_code for path, headers in asked}


def hide(app, public_id):
    with app.app_context():
        practices.show(practices.find(public_id), "tombstone", stage.moderator(), "It was withdrawn.")
        db.session.commit()


# What it costs


@pytest.mark.parametrize("ext", EXITS)
def test_three_and_sixty_cases_cost_the_same_queries(town, ext):
    few, many = cost(town, ext, '?q="case 01" OR "case 02" OR "case 03"'), cost(town, ext, "?q=case")
    assert 0 < few == many < 14


@pytest.mark.parametrize("ext", STREAMED)
def test_each_batch_costs_the_same_queries(town, ext, monkeypatch):
    monkeypatch.setattr(search, "BATCH", 10)
    one, six = cost(town, ext, "?q=01"), cost(town, ext)
    assert six - one == 5 * STREAMED[ext]


def cost(app, ext, query=""):
    with statements(app) as seen:
        take(app, ext, query)
    return len(seen)


@contextmanager
def statements(app):
    """The queries sent to the database meanwhile."""
    with app.app_context():
        engine = db.engine
    seen = []

    def note(_connection, _cursor, statement, *_more):
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("ext", STREAMED)
def test_the_first_bytes_come_before_the_last_case_is_read(town, ext, monkeypatch):
    monkeypatch.setattr(search, "BATCH", 5)
    monkeypatch.setattr(views, "BLOCK", 1000)
    with statements(town) as seen:
        answer = town.test_client().get(f"/practices.{ext}")
        blocks = iter(answer.response)
        assert next(blocks) and next(blocks)
        before = len(seen)
        with town.app_context():
            assert db.engine.pool.checkedout() == 0, "a slow reader keeps no transaction open"
        assert any(list(blocks))
        answer.close()
    assert len(seen) > before


def test_what_is_withdrawn_while_it_is_being_read_is_left_out(app, monkeypatch):
    told = stage.play(app, [(f"Case {n:02}", dict(summary=LETTERS)) for n in range(60)])
    monkeypatch.setattr(search, "BATCH", 5)
    answer = app.test_client().get("/practices.csv?sort=title")
    blocks = iter(answer.response)
    first = next(blocks)
    with ThreadPoolExecutor() as elsewhere:
        elsewhere.submit(hide, app, told["Case 59"]).result()
    read = readers.ids("csv", first + b"".join(blocks))
    assert len(read) == 59 and told["Case 59"] not in read


def test_every_exit_is_open_while_the_index_is_away(app):
    stage.play(app)
    shutil.rmtree(app.config["SETTINGS"].index)
    assert {len(readers.ids(ext, take(app, ext))) for ext in EXITS} == {len(stage.CASES)}


# What never leaves


PRIVATE = "zqprivate"


def test_words_for_reviewers_and_for_staff_are_in_no_exit(app):
    contact = {"name": PRIVATE, "mail": f"{PRIVATE}@city.example", "shown_to": "verified"}
    told = stage.play(app, [("A case", dict(note_to_reviewers=PRIVATE, contacts=[contact]))])
    with app.app_context():
        assert PRIVATE in str(practices.public_revision(practices.find(told["A case"])).answers)
    for client in (app.test_client(), cast.client_of(app, staff(app))):
        for path in [f"/practices.{ext}" for ext in EXITS] + citations(told["A case"]):
            answer = client.get(path)
            assert answer.status_code == 200
            words = words_of(answer.data)
            assert PRIVATE.encode() not in words and b"ana@cast.example" not in words


def staff(app):
    with app.app_context():
        user = cast.person("Otto", city="wien")
        db.session.commit()
        return user


def citations(public_id):
    return [f"/practices/{public_id}{rest}.{ext}" for rest in ("", "/revisions/1") for ext in ("bib", "ris")]


def test_a_visitor_gets_no_cookie_and_an_official_a_private_answer(town):
    assert "Set-Cookie" not in town.test_client().get("/practices.csv").headers
    answer = cast.client_of(town, staff(town)).get("/practices.csv")
    assert answer.headers["Cache-Control"] == "private, no-store"


# Hostile words


HOSTILE = (
    '=HYPERLINK("https://evil.example","click")',
    "+1+1",
    "-1+1|cmd",
    "@SUM(A1:A9)",
    "\t=1+1",
    "＝1+1",
    r"\input{/etc/passwd} {unbalanced % & # $ _ ^ ~ | }}{ \\",
    "Two\r\nlines\r\nER  - \r\nTY  - JOUR\nTI  - another",
    "Next\x85line\u2028and\u2029paragraph",
    "</title><script>alert(1)</script> & ]]> <!--",
    "Bell\x07 and\x0b others\x1b\x1f\x7f\ufffe",
    "شوارع بلا سيارات \u202egnp.exe\u202c",
    "🏙️ 👩‍👩‍👧 emoji",
    '"quoted", with; commas',
    "_x0041_ {{x}} {% x %} @misc{a, b}",
    "x" * 5000,
)


@pytest.fixture(scope="module")
def siege(template, tmp_path_factory):
    """An app whose cases have hostile words in title, summary and tags; and title → public id."""
    app = conftest.copied_app(template, tmp_path_factory.mktemp("siege"))
    yield app, stage.play(app, [(title, dict(summary=title, tags=[title[:80]])) for title in HOSTILE])
    conftest.put_away(app)


@pytest.mark.parametrize("ext", EXITS)
def test_hostile_words_come_through_as_text(siege, ext):
    app, told = siege
    read = dict(readers.found(ext, take(app, ext)))
    assert len(read) == len(HOSTILE)
    for title, public_id in told.items():
        wanted = title if ext == "json" else in_one_line(title)
        if ext == "csv" and wanted[0] in "=+-@＝":
            wanted = f"'{wanted}"
        assert read[public_id] == wanted


def in_one_line(text):
    return " ".join(re.sub("[\x00-\x1f\x7f-\x9f\ufffe]", " ", text).split())
