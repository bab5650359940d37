"""`exchange import` of tables: the same code as on the site, for whoever has the keyboard."""

import pytest
from sqlalchemy import func, select

from exchange.accounts import service as accounts
from exchange.core.models import db
from exchange.moderation.service.tables import batches
from exchange.practices.models import Practice, Revision
from tests import cast
from tests.moderation import stage
from tests.practices import sheets

HEADINGS = ["City", "Title", "Start", "Favourite colour"]


@pytest.fixture
def shell(shell):
    def people():
        cast.vocabulary()
        for city in ("porto", "wien", "dakar"):
            cast.find_city(city)
        cast.person("Ines", city="porto", city_admin=True)
        cast.ana()
        batches.open_batch(stage.dora(), cast.person("Paula"), kind="partner", name="Cities that walk")

    shell.act(people)
    return shell


@pytest.fixture
def file(shell):
    def write(*rows, name="cases.csv", make=sheets.separated, headings=HEADINGS):
        path = shell.folder / name
        path.write_bytes(make(headings, *rows))
        return str(path)

    return write


TRAM, BATH = ["Porto", "A tram", "2019", "red"], ["Vienna", "A bath", "2020", "blue"]


def texts():
    found = db.session.scalars(select(Revision).order_by(Revision.id))
    return [
        (one.title, one.practice.city.slug, one.practice.told_by, one.practice.lead.name) for one in found
    ]


def test_rows_become_drafts_of_a_city_written_by_its_admin(shell, file):
    said = shell.done("import", file(TRAM), "--city", "porto")
    assert "Left out, for no column of ours is called so: Favourite colour." in said
    assert said.endswith("1 new, 0 same, 0 changed, 0 conflict, 0 refused.\n")
    assert shell.ask(texts) == [("A tram", "porto", "city", "Ines")]


@pytest.mark.parametrize("make,name", [(sheets.workbook, "cases.xlsx"), (sheets.separated, "cases.CSV")])
def test_rows_of_a_batch_name_their_cities_and_are_its_senders(shell, file, make, name):
    shell.done("import", file(TRAM, BATH, make=make, name=name), "--batch", "cities that WALK")
    assert shell.ask(texts) == [
        ("A tram", "porto", "partner", "Paula"),
        ("A bath", "wien", "partner", "Paula"),
    ]
    assert shell.ask(lambda: batches.progress([batches.find(1)])[1]["drafts"]) == 2


def test_a_dry_run_says_the_same_and_writes_nothing(shell, file):
    said = shell.done("import", file(TRAM, BATH), "--batch", "Cities that walk", "--dry-run")
    assert "2 new" in said and "nothing was written" in said
    assert shell.ask(lambda: db.session.scalar(select(func.count(Practice.id)))) == 0


def test_again_it_is_the_same_and_a_changed_row_changes_its_draft(shell, file):
    shell.done("import", file(TRAM, BATH), "--batch", "Cities that walk")
    changed = [*TRAM[:2], "2019", "green"], [*BATH[:2], "2020", ""]
    assert "0 new, 2 same" in shell.done("import", file(*changed), "--batch", "Cities that walk")
    rows = (["Porto", "A tram", "2019", "Rails."], BATH)
    headings = ["City", "Title", "Start", "Summary"]
    assert "2 changed" in shell.done("import", file(*rows, headings=headings), "--batch", "Cities that walk")


def test_what_is_wrong_is_told_by_row_and_column_and_the_rest_is_taken(shell, file):
    path = file(["Atlantis", "", "yesterday", ""], TRAM)
    result = shell("import", path, "--batch", "Cities that walk")
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert "row 2, column B (Title): Give the case a title." in lines
    assert any(line.startswith("row 2, column C (Start):") and "yesterday" in line for line in lines)
    assert "row 2, column A (City): This is none of the cities of this batch. – there was: Atlantis" in lines
    assert lines[-1] == "1 new, 0 same, 0 changed, 0 conflict, 1 refused."


def test_a_row_that_comes_twice_in_a_file_is_refused_the_second_time(shell, file):
    result = shell("import", file(TRAM, TRAM), "--city", "porto")
    assert "Row 2 of this file has the same key." in result.output and "1 new" in result.output


@pytest.mark.parametrize(
    "options,words",
    [
        ([], "Name a city with --city, or a batch with --batch."),
        (["--city", "atlantis"], "There is no city 'atlantis'."),
        (["--batch", "Nothing"], "There is no batch 'Nothing'."),
        (["--city", "wien"], "Nobody works for Wien as its admin"),
        (["--city", "porto", "--as", "paula@cast.example"], "paula@cast.example"),
    ],
)
def test_where_it_should_go_must_be_said(shell, file, options, words):
    assert words in shell.refused("import", file(TRAM), *options)
    assert shell.ask(texts) == []


def test_somebody_else_of_the_city_can_be_named(shell, file):
    shell.done("import", file(TRAM), "--city", "porto", "--as", "ana@cast.example")
    assert shell.ask(texts) == [("A tram", "porto", "city", "Ana")]
    assert shell.ask(lambda: accounts.find_user("ana@cast.example").is_of(1))


@pytest.mark.parametrize(
    "data,words", [(b"PK\x03\x04", "damaged"), (b"", "empty"), (b"Colour\nred", "which column is the title")]
)
def test_what_is_no_table_of_cases_is_told_in_a_line(shell, data, words):
    path = shell.folder / "cases.xlsx"
    path.write_bytes(data)
    assert words in shell.refused("import", str(path), "--city", "porto")
