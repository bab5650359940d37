"""Tables are read as people write them, in four languages; the template is a table that reads itself."""

import io
from datetime import date, datetime

import pytest
from openpyxl import Workbook, load_workbook

from exchange.core.i18n import speaking
from exchange.practices import schema, tables
from exchange.practices.tables import template
from tests.practices import sheets

ROWS = [["Title", "Summary"], ["A tram to the hospital", "Über die Brücke, 20 € – “schön”"]]


@pytest.fixture(autouse=True)
def context(app):
    with app.app_context():
        yield


def read(data, sheet=""):
    table = tables.read(data, sheet)
    return [table.headings, *(row.cells for row in table.rows)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_letters_and_separators_are_told_apart(encoding, separator):
    assert read(sheets.separated(*ROWS, separator=separator, encoding=encoding)) == ROWS


def test_excel_may_say_its_separator_itself():
    assert read(b"sep=;\r\nTitle;Summary\r\nA, b, c, d;E\r\n") == [["Title", "Summary"], ["A, b, c, d", "E"]]


def test_a_cell_may_hold_lines_quotation_marks_and_the_separator():
    rows = [["Title", "Challenge"], ["One", 'First line\nsecond; "third", fourth']]
    assert read(sheets.separated(*rows)) == rows


def test_rows_keep_the_numbers_that_a_spreadsheet_shows():
    table = tables.read(b"\r\nTitle,Summary\r\n\r\n,\r\nA,B\r\n\r\nC,D\r\n")
    assert [(row.number, row.cells) for row in table.rows] == [(5, ["A", "B"]), (7, ["C", "D"])]


def test_a_column_without_a_heading_is_still_a_column():
    assert read(b"Title\r\nA,more\r\n")[0] == ["Title", ""]


def test_values_of_a_workbook_are_what_one_would_have_typed():
    book = Workbook()
    book.active.append(["Title", "Start", "Day", "Value", "Share", "Moment", "Yes"])
    book.active.append(["A", 2006, date(2006, 1, 3), 1200.0, 0.25, datetime(2006, 1, 3, 12, 30), True])
    assert read(sheets.saved(book))[1] == [
        "A", "2006", "2006-01-03", "1200", "0.25", "2006-01-03T12:30:00", "True",
    ]  # fmt: skip


def test_the_first_sheet_is_read_unless_another_is_chosen():
    data = sheets.workbook(["Notes"], ["mine"], Cases=ROWS)
    assert tables.read(data).sheets == ["Sheet", "Cases"]
    assert read(data) == [["Notes"], ["mine"]] and read(data, "Cases") == ROWS
    assert read(data, "No such sheet") == [["Notes"], ["mine"]]


def test_a_formula_is_what_it_showed_and_never_calculated():
    shown = '<row r="1"><c r="A1" t="inlineStr"><is><t>Title</t></is></c></row>'
    shown += '<row r="2"><c r="A2" t="str"><f>HYPERLINK("http://evil.example")</f><v>Tram 4</v></c></row>'
    assert read(sheets.with_sheet(shown)) == [["Title"], ["Tram 4"]]


@pytest.mark.parametrize(
    "data,words",
    [
        (b"", "empty"),
        (b"Title,Summary\r\n", "no row beneath"),
        (b"\xff\xfe\x00\xd8", "letters of this file"),
        (b"Title\r\n\x81\x8d\xff", "letters of this file"),
        (b"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00", "neither CSV nor XLSX"),
        (b"Title\r\nA\x00B\r\n" + b"C\r\n" * 50, "neither CSV nor XLSX"),
        (b'Title,Summary\r\n"open, B\r\n', "quotation mark"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "old or a locked Excel"),
        (b"PK\x03\x04 and no more", "damaged"),
        (b"Title\r\n" + b"A\r\n" * 501, "more than 500 rows"),
        (b"Title\r\n" + b"\r\n" * 5001 + b"A\r\n", "more than 5000 lines"),
        (b"," * 400 + b"Title\r\nA\r\n", "more than 400 columns"),
        (b"Title\r\n" + b"x" * 40_000, "quotation mark is not closed"),
        (b"Title\r\n" + b"x" * 200_000, "quotation mark is open"),
        (b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table_is_refused_in_a_sentence(data, words):
    with pytest.raises(tables.BadTable, match=words):
        tables.read(data)


def test_exactly_five_hundred_rows_are_read():
    assert len(tables.read(b"Title\r\n" + b"A\r\n" * 500).rows) == 500


# Columns


@pytest.mark.parametrize(
    "heading,target",
    [
        ("Title", "title"),
        ("TITRE", "title"),
        ("Nom du projet", "title"),
        ("Resumen", "summary"),
        ("Zusammenfassung", "summary"),
        ("results 1 indicator", "results-0-indicator"),
        ("results_2_unit", "results-1-unit"),
        ("E-Mail", "contacts-0-mail"),
        ("Stadt", "city"),
        ("Favourite colour", ""),
        ("", ""),
    ],
)
def test_a_heading_is_known_in_four_languages(heading, target):
    assert tables.guess(heading) == target


@pytest.mark.parametrize("language", ["en", "fr", "es", "de"])
def test_every_label_of_the_template_is_known_again(language):
    with speaking(language):
        for column in tables.columns():
            assert tables.guess(column.label) == column.target, column.label


def test_every_field_of_the_form_has_a_column_but_files_and_declarations():
    named = {column.field.name for column in tables.columns()}
    assert set(schema.FIELDS) - named == {"media", "documents", "declarations"}


# The template


@pytest.mark.parametrize("language", ["en", "fr", "es", "de"])
@pytest.mark.parametrize("make", [template.as_csv, template.as_xlsx])
def test_the_template_reads_itself_and_its_example_is_passed_over(language, make):
    with speaking(language):
        with pytest.raises(tables.BadTable, match="."):
            tables.read(make())
        table = tables.read(filled(make(), "A tram"))
    assert table.examples == 1 and [row.cells[0] for row in table.rows] == ["A tram"]
    assert [tables.guess(one) for one in table.headings] == [one.target for one in tables.columns()]


def filled(data, title):
    if not data.startswith(b"PK"):
        return data + title.encode()
    book = load_workbook(io.BytesIO(data))
    book.worksheets[0]["A3"] = title
    return sheets.saved(book)


def test_the_workbook_explains_itself_and_offers_the_possible_answers():
    book = load_workbook(io.BytesIO(template.as_xlsx()))
    assert book.sheetnames == ["Cases", "How to fill it in", "Answers"]
    rules = {str(one.sqref): one for one in book["Cases"].data_validations.dataValidation}
    place = [one.target for one in tables.columns()].index("stage")
    letter = book["Cases"].cell(1, place + 1).column_letter
    rule = rules[f"{letter}3:{letter}502"]
    sheet, cells = rule.formula1.lstrip("=").split("!")
    assert sheet.strip("'") == "Answers"
    answers = [cell[0].value for cell in book["Answers"][cells.replace("$", "")]]
    assert answers == [str(label) for label in schema.STAGES.values()]


def test_nothing_in_the_template_is_a_formula():
    for make in (template.as_csv, template.as_xlsx):
        data = make()
        if data.startswith(b"PK"):
            values = [
                cell for row in load_workbook(io.BytesIO(data)).worksheets[0].iter_rows() for cell in row
            ]
            assert not [cell for cell in values if cell.data_type == "f"]
        else:
            assert not [cell for cell in data.decode().split(",") if cell.startswith(("=", "+", "@"))]
