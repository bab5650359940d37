"""Files made to hurt: each is read or refused in a sentence, soon, and in little memory."""

import io
import random
import time
import tracemalloc
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.practices import tables
from tests.conftest import FULL
from tests.practices import sheets

MOST_SECONDS, MOST_MEMORY = 2, 200 * 1024 * 1024
GOOD = sheets.shared_strings(
    ["Title", "Summary", "Start"], *([f"Case {n}", "Words", 2000 + n] for n in range(20))
)
PARTS = ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"]


@pytest.fixture(autouse=True)
def context(app):
    with app.app_context():
        yield


def outcome(data):
    """'read' or the sentence of the refusal; anything else that happens is a fault."""
    try:
        table = tables.read(data)
    except tables.BadTable as refusal:
        assert str(refusal).endswith(".")
        return str(refusal)
    assert 0 < len(table.rows) <= tables.MOST_ROWS and len(table.headings) <= tables.MOST_COLUMNS
    assert all(isinstance(cell, str) and "\x00" not in cell for row in table.rows for cell in row.cells)
    return "read"


def row(number, cells):
    return f'<row r="{number}">{cells}</row>'


def cell(name, text="x"):
    return f'<c r="{name}" t="inlineStr"><is><t>{text}</t></is></c>'


HEAD = row(1, cell("A1", "Title"))
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
HOSTILE = {
    "a zip bomb in the sheet": lambda: sheets.with_sheet(HEAD + " " * (60 * 1024 * 1024)),
    "a zip bomb in another part": lambda: sheets.with_parts(GOOD, xl__media__a=b"\0" * (60 * 1024 * 1024)),
    "three million cells in a row": lambda: sheets.with_sheet(HEAD + row(2, "<c/>" * 3_000_000)),
    "a million empty rows": lambda: sheets.with_sheet(HEAD + "<row/>" * 1_000_001),
    "the last row of all": lambda: sheets.with_sheet(HEAD + row(1048576, cell("A1048576"))),
    "16,384 columns": lambda: sheets.with_sheet(HEAD + row(2, cell("XFD2"))),
    "a column beyond the last": lambda: sheets.with_sheet(HEAD + row(2, cell("ZZZZZZ2"))),
    "a row number of 5,000 digits": lambda: sheets.with_sheet(HEAD + row("9" * 5000, cell("A2"))),
    "a negative row": lambda: sheets.with_sheet(HEAD + row(-5, cell("A2"))),
    "entities within entities": lambda: sheets.with_sheet(HEAD + row(2, cell("A2", "&b;")), before=BOMB),
    "an entity in the strings": lambda: sheets.with_parts(GOOD, **{"xl__sharedStrings.xml": BOMB + "<sst/>"}),
    "macros": lambda: sheets.with_parts(GOOD, **{"xl__vbaProject.bin": b"Sub AutoOpen()"}),
    "values from other files": lambda: sheets.with_parts(
        GOOD, **{"xl__externalLinks__externalLink1.xml": "<externalLink/>"}
    ),
    "a formula that shows nothing": lambda: sheets.with_sheet(
        HEAD + row(2, '<c r="A2"><f>WEBSERVICE("http://evil.example")</f></c>' + cell("B2"))
    ),
    "an error in a cell": lambda: sheets.with_sheet(
        HEAD + row(2, '<c r="A2" t="e"><v>#REF!</v></c>' + cell("B2"))
    ),
    "a cell of two megabytes": lambda: sheets.with_sheet(HEAD + row(2, cell("A2", "x" * 2_000_000))),
    "a string that is not there": lambda: sheets.with_sheet(HEAD + row(2, '<c r="A2" t="s"><v>99</v></c>')),
    "XML that breaks off": lambda: sheets.with_parts(
        GOOD, **{"xl__worksheets__sheet1.xml": "<worksheet><sheet"}
    ),
    "no sheet at all": lambda: sheets.with_parts(GOOD, **{"xl__workbook.xml": "<workbook/>"}),
    "a zip that is no workbook": lambda: sheets.repacked(GOOD, {})[:200] + b"PK",
    "five thousand parts": lambda: sheets.with_parts(GOOD, **{f"xl__a{n}.xml": "<a/>" for n in range(5000)}),
    "CSV of quotation marks": lambda: b'"' * 1_000_000,
    "CSV of separators": lambda: b"," * 4_000_000,
    "CSV of line ends": lambda: b"\r\n" * 2_000_000,
    "CSV of one long line": lambda: b"x" * 4_000_000,
    "UTF-16 that breaks off": lambda: "Title,ü\nA,B".encode("utf-16")[:-1],
    "UTF-8 that is none": lambda: b"\xef\xbb\xbfTitle\nA\xc3\x28",
    "control characters": lambda: bytes(range(1, 32)) * 100,
    "half of a surrogate": lambda: "Title\nA".encode("utf-16-le") + b"\x00\xd8\x0a\x00",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_soon_in_a_sentence_and_in_little_memory(name):
    data = HOSTILE[name]()
    start = time.process_time()
    assert outcome(data) != "read", name
    assert time.process_time() - start < MOST_SECONDS
    assert memory_for(data) < MOST_MEMORY


def memory_for(data):
    """The most that was held at once, in bytes."""
    tracemalloc.start()
    try:
        outcome(data)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_the_danger_was_there():
    """The same without what hurts is read: a hostile file is not refused for something else."""
    assert outcome(GOOD) == "read"
    assert outcome(sheets.with_sheet(HEAD + row(2, cell("A2")))) == "read"
    with zipfile.ZipFile(io.BytesIO(HOSTILE["a zip bomb in the sheet"]())) as archive:
        assert max(part.file_size for part in archive.infolist()) > 50 * 1024 * 1024


TEXT = st.text(max_size=40)
GRID = st.lists(st.lists(TEXT, max_size=8), max_size=12)
COUNT = settings(
    max_examples=3000 if FULL else 150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@COUNT
@given(GRID, st.sampled_from(",;\t"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be"]))
def test_any_grid_of_text_is_read_or_refused(grid, separator, encoding):
    rows = [[one.encode("utf-8", "ignore").decode() for one in line] for line in grid]
    outcome(sheets.separated(*rows, separator=separator, encoding=encoding))


@COUNT
@given(st.binary(max_size=600))
def test_any_bytes_are_read_or_refused(data):
    outcome(data)


@COUNT
@given(st.integers(0, 2**32), st.integers(1, 40))
def test_a_workbook_with_broken_bytes_is_read_or_refused(seed, number):
    chance, data = random.Random(seed), bytearray(GOOD)
    for _ in range(number):
        data[chance.randrange(len(data))] = chance.randrange(256)
    outcome(bytes(data))


@COUNT
@given(st.integers(0, 2**32))
def test_a_sheet_with_broken_xml_is_read_or_refused(seed):
    chance = random.Random(seed)
    name = chance.choice(PARTS)
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        text = archive.read(name).decode()
    for _ in range(chance.randrange(1, 4)):
        first, second = sorted(chance.randrange(len(text)) for _ in range(2))
        piece = text[first : min(second, first + 40)]
        other = chance.choice(["", piece * 3, "-1", "9" * 30, "<c r='A1'><v>1</v></c>"])
        text = text[:first] + other + text[first + len(piece) :]
    outcome(sheets.repacked(GOOD, {name: text}))
