"""An official sends a table of cases: nothing is written unasked, nothing comes twice, no work is lost."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import event

from exchange.accounts import service as accounts
from exchange.core.models import db, now
from exchange.moderation.bulk import progress
from exchange.moderation.bulk_models import TakenRow, Upload, UploadRow
from exchange.moderation.service.tables import uploads
from exchange.practices import service as practices
from exchange.practices.models import Practice
from tests import cast, conftest
from tests.moderation import sending, stage
from tests.moderation.sending import BATH, HEADINGS, TRAM, Sender, drafts, rows, words
from tests.practices import sheets


@pytest.fixture
def people(app):
    return sending.people(app)


@pytest.fixture
def ana(app, people):
    return Sender(app, people["ana"])


# The way of a good file


@pytest.mark.parametrize("make", [sheets.separated, sheets.workbook, sheets.shared_strings])
def test_a_file_becomes_drafts_of_its_city_and_nothing_further(app, ana, make):
    number = ana.send_file(make(HEADINGS, TRAM, BATH), "cases")
    ana.check(number)
    assert "2 new drafts" in ana.report(number) and drafts(app) == []
    ana.send(f"/bulk/{number}/drafts")
    sending.work(app)
    assert drafts(app, "title", "start", "topics", "results", "state") == [
        (
            "A tram to the hospital",
            "2019",
            ["cycling", "walking"],
            [{"indicator": "Riders", "unit": "%"}],
            "",
        ),
        ("A bath for everyone", "2020", ["housing"], "", ""),
    ]
    with app.app_context():
        found = db.session.query(Practice).all()
        told = [(one.city.slug, one.told_by, one.lead.name, one.visibility) for one in found]
        assert told == [("porto", "city", "Ana", "none")] * 2
        assert {one.state for case in found for one in case.revisions} == {"draft"}
    assert "A tram to the hospital" in ana.see("/write")


def test_nothing_is_written_until_she_says_so(app, ana):
    number = ana.checked(TRAM, BATH)
    with app.app_context():
        assert db.session.query(Practice).count() == db.session.query(TakenRow).count() == 0
        assert stage.acts("stage%") == ["stage upload"] and stage.acts("begin") == []
    assert "Nothing has been written" in ana.report(number)


def test_drafts_cannot_be_made_before_the_check(app, ana):
    number = ana.send_file(sheets.separated(HEADINGS, TRAM))
    ana.send(f"/bulk/{number}/drafts", status=409)
    sending.work(app)
    assert drafts(app) == [] and sending.state(app, number) == "columns"


def test_the_example_of_the_template_is_passed_over(app, ana):
    data = ana.client.get("/bulk/template.csv").data
    number = ana.send_file(data + b"A tram")
    ana.check(number)
    assert "1 new draft" in ana.report(number)


def test_labels_of_choices_are_read_in_any_of_our_languages(app, ana):
    ana.made(["One", "Läuft", "Straße", "Allemand"], headings=["Title", "Stage", "Scale", "Language"])
    assert drafts(app, "title", "stage", "scale", "language") == [("One", "running", "street", "de")]


# What is wrong


WRONG = [
    ["", "2019", "x", "Cycling", "", "", "1"],
    ["Two", "yesterday", "x" * 500, "Juggling", "km", "", "2"],
]


def test_mistakes_are_told_by_row_and_column_with_what_was_there(app, ana):
    said = ana.report(ana.checked(*WRONG, TRAM))
    assert "2 A: Title Give the case a title. –" in said
    assert "3 B: Start Write a year like 2006" in said and "yesterday" in said
    assert "3 C: Summary Shorten this to 400 characters: it has 500." in said
    assert "3 D: Topics We know no topic “Juggling”." in said
    assert "3 F: results 1 indicator Fill this in" in said
    assert "1 new draft" in said and "2 rows with something to put right" in said


def test_rows_with_mistakes_make_no_draft_and_hold_up_no_other(app, ana):
    ana.made(*WRONG, TRAM)
    assert drafts(app) == [(TRAM[0],)]


def test_the_mistakes_can_be_taken_away_as_a_file_in_which_nothing_is_a_formula(app, ana):
    evil = ["=1+1", '=HYPERLINK("http://evil.example")', "", "+Juggling", "", "", "@x"]
    number = ana.checked(evil)
    answer = ana.client.get(f"/bulk/{number}/problems.csv")
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    head, *lines = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert head == ["Row", "Column", "What is wrong", "What was there"]
    assert {line[3] for line in lines} >= {"'+Juggling", '\'=HYPERLINK("http://evil.example")'}
    assert not [one for line in lines for one in line if one.startswith(("=", "+", "-", "@"))]


def test_the_mistakes_are_told_in_the_language_of_whoever_sent_the_file(app, ana):
    with app.app_context():
        accounts.find_user("ana@cast.example").language = "de"
        db.session.commit()
    assert "Geben Sie dem Fall einen Titel." in ana.report(ana.checked(*WRONG))


def test_two_rows_with_one_key_are_a_mistake(app, ana):
    said = ana.report(ana.checked(TRAM, BATH, TRAM))
    assert "Row 2 of this file has the same key." in said and "2 new drafts" in said


@pytest.mark.parametrize(
    "change,words",
    [
        ({"column-0": ""}, "Say which column is the title."),
        ({"column-1": "Title"}, "Another column means this already: column 1."),
        ({"column-1": "Colour"}, "We have no column of this name."),
    ],
)
def test_a_mapping_that_makes_no_sense_comes_back_as_it_was_typed(app, ana, change, words):
    number = ana.send_file(sheets.separated(HEADINGS, TRAM))
    said = ana.check(number, status=422, **change)
    assert words in said and sending.state(app, number) == "columns"


@pytest.mark.parametrize(
    "data,sentence",
    [
        (b"", "The table is empty."),
        (b"PK\x03\x04", "This workbook is damaged"),
        (sheets.with_parts(sheets.workbook(HEADINGS, TRAM), **{"xl__vbaProject.bin": b"x"}), "holds macros"),
        (b"Title\r\n" + b"A\r\n" * 501, "more than 500 rows"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(app, ana, data, sentence):
    assert sentence in ana.send_file(data, "cases.xlsm", status=422)
    with app.app_context():
        assert db.session.query(Upload).count() == 0


def test_without_a_file_and_with_a_foreign_city_nothing_is_taken(app, ana):
    assert "Choose a file." in words(ana.send("/bulk", status=422, into="city:porto"))
    ana.into = "city:wien"
    ana.send_file(sheets.separated(HEADINGS, TRAM), status=422)


# Again


def outcomes(app, number):
    return [outcome for _state, outcome in rows(app, number)]


def test_the_same_file_again_does_nothing(app, ana):
    ana.made(TRAM, BATH)
    again = ana.checked(TRAM, BATH)
    assert "2 rows are here already" in ana.report(again)
    ana.send(f"/bulk/{again}/drafts")
    sending.work(app)
    assert outcomes(app, again) == ["same", "same"] and len(drafts(app)) == 2


def test_a_changed_row_changes_its_untouched_draft(app, ana):
    ana.made(TRAM, BATH)
    number = ana.made([*TRAM[:2], "Rails under the bridge.", "", *TRAM[4:]], BATH)
    assert outcomes(app, number) == ["changed", "same"]
    assert drafts(app, "title", "summary", "topics") == [
        (TRAM[0], "Rails under the bridge.", ""),
        (BATH[0], BATH[2], ["housing"]),
    ]


def test_with_a_key_of_its_own_a_row_keeps_its_case_whatever_its_title(app, ana):
    ana.made(TRAM, key="6")
    number = ana.made(["The tram", *TRAM[1:]], key="6")
    assert outcomes(app, number) == ["changed"] and drafts(app) == [("The tram",)]


def test_a_draft_that_somebody_worked_on_is_left_and_both_texts_are_shown(app, ana):
    ana.made(TRAM)
    with app.app_context():
        draft = db.session.query(Practice).one().revisions[0]
        practices.save(
            draft, {"summary": "Rails along the river."}, {}, accounts.find_user("ana@cast.example")
        )
        db.session.commit()
    number = ana.checked([*TRAM[:2], "Rails under the bridge.", *TRAM[3:]])
    assert "1 row that somebody has worked on" in ana.report(number)
    ana.send(f"/bulk/{number}/drafts")
    sending.work(app)
    assert outcomes(app, number) == ["conflict"]
    assert drafts(app, "summary") == [("Rails along the river.",)]
    page = ana.see(f"/bulk/{number}")
    assert "<del>along the river.</del>" in page and "<ins>under the bridge.</ins>" in page


def test_a_submitted_case_is_not_changed_by_a_table(app, ana, people):
    ana.made(TRAM)
    with app.app_context():
        draft = db.session.query(Practice).one().revisions[0]
        practices.move(draft, "submitted")
        db.session.commit()
    number = ana.made([*TRAM[:2], "Rails under the bridge.", *TRAM[3:]])
    assert outcomes(app, number) == ["conflict"] and drafts(app, "summary") == [(TRAM[2],)]


def test_nobody_reads_a_colleagues_draft_by_sending_its_key(app, ana):
    ana.made([*TRAM[:2], "zqsecret", *TRAM[3:]])
    with app.app_context():
        carla = cast.person("Carla", city="porto")
        db.session.commit()
    other = Sender(app, carla)
    number = other.made(TRAM)
    page = other.see(f"/bulk/{number}")
    assert outcomes(app, number) == ["conflict"] and "zqsecret" not in page
    assert "You may not read their text" in words(page)
    assert drafts(app, "summary") == [("zqsecret",)]


def test_the_citys_admin_may_send_the_table_that_a_colleague_began(app, ana, people):
    ana.made(TRAM)
    number = Sender(app, people["ines"]).made([*TRAM[:2], "Rails under the bridge.", *TRAM[3:]])
    assert outcomes(app, number) == ["changed"]


def test_what_columns_meant_is_remembered_for_the_sender(app, ana, people):
    strange = ["Working name", "Title"]
    number = ana.send_file(sheets.separated(strange, ["A", "B"]))
    ana.check(number, **{"column-0": "Title", "column-1": ""})
    again = ana.send_file(sheets.separated(strange, ["A", "B"]))
    ana.check(again)
    ines = Sender(app, people["ines"])
    other = ines.send_file(sheets.separated(strange, ["A", "B"]))
    with app.app_context():
        assert db.session.get(Upload, again).mapping == ["title", ""]
        assert db.session.get(Upload, other).mapping == ["", "title"]


def test_another_sheet_can_be_chosen(app, ana):
    number = ana.send_file(sheets.workbook(["Notes"], ["x"], Cases=[HEADINGS, TRAM]))
    ana.send(f"/bulk/{number}/sheet", sheet="Cases")
    ana.check(number)
    assert "1 new draft" in ana.report(number)


# Large, slow, at once


def many(number):
    return [[f"Case {one}", "2019"] for one in range(number)]


def test_five_hundred_rows_are_dealt_with_a_few_at_a_time_and_the_page_says_how_far(app, ana):
    number = ana.send_file(sheets.separated(["Title", "Start"], *many(500)))
    ana.check(number)
    page = ana.client.get(f"/bulk/{number}")
    assert page.headers["Refresh"] == "3" and "25 of 500 rows" in words(page.text)
    sending.work(app)
    page = ana.client.get(f"/bulk/{number}")
    assert "Refresh" not in page.headers and "500 new drafts" in words(page.text)
    ana.send(f"/bulk/{number}/drafts")
    assert "0 of 500 rows" in ana.report(number)
    sending.work(app)
    assert len(drafts(app)) == 500 and sending.state(app, number) == "made"


def test_a_file_survives_a_restart_in_the_middle(app, ana, tmp_path):
    number = ana.send_file(sheets.separated(["Title", "Start"], *many(60)))
    ana.check(number)
    reborn = conftest.make_app(tmp_path, app.config["SETTINGS"].database_url)
    sending.work(reborn)
    assert sending.state(reborn, number) == "checked"
    assert "60 new drafts" in Sender(reborn, cast_person(reborn)).report(number)
    with reborn.app_context():
        db.engine.dispose()


def cast_person(app):
    with app.app_context():
        return accounts.find_user("ana@cast.example")


def test_the_same_file_sent_twice_at_once_makes_each_case_once(app, ana):
    numbers = [ana.checked(*many(20), headings=["Title", "Start"]) for _ in range(2)]

    def make(number):
        def act():
            upload = db.session.get(Upload, number)
            uploads.start_making(upload, upload.owner)
            progress.advance(upload)

        return act

    assert stage.both_at_once(app, *map(make, numbers)) == [None, None]
    sending.work(app)
    assert len(drafts(app)) == 20
    found = sorted(outcome for number in numbers for outcome in outcomes(app, number))
    assert found == ["new"] * 20 + ["same"] * 20


def test_the_button_pressed_twice_makes_each_draft_once(app, ana):
    number = ana.checked(TRAM, BATH)
    for _ in range(2):
        ana.send(f"/bulk/{number}/drafts")
    sending.work(app)
    assert len(drafts(app)) == 2
    with app.app_context():
        assert stage.acts("make drafts") == ["make drafts"]


def test_a_row_made_at_the_same_moment_by_another_is_found_and_not_doubled(app, ana, monkeypatch):
    """The other was quicker between our look and our writing: the database refuses the second."""
    ana.made(TRAM)
    number, looks, real = ana.checked(TRAM), [], uploads.taken

    def late(*key):
        looks.append(key)
        return None if len(looks) == 1 else real(*key)

    monkeypatch.setattr(uploads, "taken", late)
    ana.send(f"/bulk/{number}/drafts")
    sending.work(app)
    assert len(looks) == 2 and outcomes(app, number) == ["same"] and len(drafts(app)) == 1


# Whose it is, and for how long


def test_only_its_owner_sees_a_file_and_only_for_a_day(app, ana, people):
    number = ana.checked(TRAM)
    for name in ("ines", "otto", "bruno", "dora"):
        Sender(app, people[name]).see(f"/bulk/{number}", status=404)
    with app.app_context():
        upload = db.session.get(Upload, number)
        assert timedelta(hours=23) < upload.expires_at - now() <= timedelta(hours=24)
        upload.expires_at = now()
        db.session.commit()
    for page in ("", "/columns", "/problems.csv"):
        ana.see(f"/bulk/{number}{page}", status=404)
    ana.send(f"/bulk/{number}/drafts", status=404)
    with app.app_context():
        uploads.sweep()
        assert db.session.query(Upload).count() == db.session.query(UploadRow).count() == 0


def test_a_file_can_be_removed_and_its_drafts_stay(app, ana):
    number = ana.made(TRAM)
    ana.send(f"/bulk/{number}/removal")
    ana.see(f"/bulk/{number}", status=404)
    assert drafts(app) == [(TRAM[0],)]


def test_whoever_left_the_city_in_the_middle_makes_no_more_drafts(app, ana):
    number = ana.checked(*many(60), headings=["Title", "Start"])
    ana.send(f"/bulk/{number}/drafts")
    with app.app_context():
        progress.advance(db.session.get(Upload, number))
        accounts.find_user("ana@cast.example").memberships[0].state = "ended"
        db.session.commit()
    sending.work(app)
    assert len(drafts(app)) == progress.AT_ONCE


def test_ten_files_are_enough_at_a_time(app, ana):
    for _ in range(uploads.MOST_WAITING):
        ana.send_file(sheets.separated(HEADINGS, TRAM))
    assert "ten files" in ana.send_file(sheets.separated(HEADINGS, TRAM), status=422)


def test_the_list_of_files_costs_the_same_for_one_and_for_nine(app, ana):
    counts = []
    for more in (1, 8):
        for _ in range(more):
            ana.send_file(sheets.separated(HEADINGS, TRAM))
        counts.append(queries_of(app, lambda: ana.see("/bulk")))
    assert counts[0] == counts[1]


def queries_of(app, act):
    seen = []
    with app.app_context():
        engine = db.engine

    def count(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len([one for one in seen if one.startswith("SELECT")])
