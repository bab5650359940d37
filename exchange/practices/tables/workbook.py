"""XLSX: first looked through without being built up in memory, then read line by line by openpyxl.

No link is followed, no formula calculated: a cell is what it showed when it was saved.
"""

import io
import itertools
import re
import warnings
import zipfile
from datetime import date, datetime, time
from xml.parsers import expat

from flask_babel import gettext as _

from exchange.practices.tables.limits import (
    MOST_CELLS_A_LINE,
    MOST_ELEMENTS,
    MOST_LINES,
    MOST_PARTS,
    MOST_SHEETS,
    MOST_UNPACKED,
    BadTable,
)

MACROS = re.compile(r"vbaProject|xl/macrosheets/|xl/dialogsheets/|activeX", re.IGNORECASE)
ERRORS = {"#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#N/A", "#NULL!", "#NUM!", "#GETTING_DATA"}
BLOCK = 1 << 16


def lines(data, sheet=""):
    """(names of the sheets, the one read, its lines of texts); the first sheet unless one is named."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            look_through(archive)
        names, chosen, found = opened(data, sheet)
        return names, chosen, told(found)
    except BadTable:
        raise
    except Exception as error:  # openpyxl fails in as many ways as files are broken
        raise broken() from error


def broken():
    return BadTable(_("This workbook is damaged and cannot be read. Open it, save it again, and send that."))


# Before anything is built up


def look_through(archive):
    """Refuse what is too much, too clever or something else; reads every part once, in small blocks."""
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise BadTable(_("This is neither CSV nor XLSX."))
    if any(MACROS.search(name) for name in names) or b"macroEnabled" in head_of(archive):
        raise BadTable(_("This workbook holds macros. Save it as .xlsx without them, and send that."))
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise BadTable(
            _("This workbook takes values from other files. Copy it with values only, and send that.")
        )
    if (
        len(parts) > MOST_PARTS
        or len(names) != len(parts)
        or sum(one.file_size for one in parts) > MOST_UNPACKED
    ):
        raise too_much()
    left = MOST_ELEMENTS
    for part in parts:
        if part.flag_bits & 1:
            raise broken()
        if part.filename.lower().endswith((".xml", ".rels")):
            left -= Look(left).through(archive, part)


def head_of(archive):
    with archive.open("[Content_Types].xml") as file:
        return file.read(BLOCK)


def too_much():
    return BadTable(_("There is too much in this workbook. Copy the sheet into a new one, and send that."))


class Look:
    """One part read as XML, counting; a formula that shows nothing is remembered by its cell."""

    def __init__(self, left):
        self.left, self.seen, self.in_line = left, 0, 0
        self.cell, self.has_formula, self.has_value = "", False, False
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.StartDoctypeDeclHandler = self.refuse

    def through(self, archive, part):
        """How many elements it has; raises BadTable."""
        with archive.open(part) as file:
            while block := file.read(BLOCK):
                self.parser.Parse(block, False)
        self.parser.Parse(b"", True)
        return self.seen

    def refuse(self, *_anything):
        raise broken()

    def start(self, name, attributes):
        self.seen += 1
        name = name.rpartition(":")[2]
        if name == "row":
            self.in_line = 0
        elif name == "c":
            self.in_line += 1
            self.cell, self.has_formula, self.has_value = attributes.get("r", ""), False, False
        elif name == "f":
            self.has_formula = True
        elif name in ("v", "is"):
            self.has_value = True
        if self.seen > self.left or self.in_line > MOST_CELLS_A_LINE:
            raise too_much()

    def end(self, name):
        if name.rpartition(":")[2] == "c" and self.has_formula and not self.has_value:
            raise BadTable(
                _(
                    "Cell %(cell)s holds a formula that shows nothing. Write its value in its place.",
                    cell=self.cell[:12],
                )
            )


# What the cells show


def opened(data, sheet):
    from openpyxl import load_workbook  # half a second that only those wait for who send a workbook

    with quiet():
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    names = [one.title for one in book.worksheets]
    if not names or len(names) > MOST_SHEETS:
        raise too_much() if names else broken()
    chosen = sheet if sheet in names else names[0]
    found = book.worksheets[names.index(chosen)]
    found.reset_dimensions()  # a file says of itself what it likes
    return names, chosen, found


def quiet():
    return warnings.catch_warnings(action="ignore")


def told(sheet):
    """Its lines as lists of texts, no further than anybody looks; raises BadTable for a broken file."""
    try:
        with quiet():
            lines = itertools.islice(sheet.iter_rows(values_only=True), MOST_LINES + 1)
            return [texts_of(number, line) for number, line in enumerate(lines, start=1)]
    finally:
        sheet.parent.close()


def texts_of(number, line):
    """The values of a line up to the last that is one."""
    last = max((place for place, value in enumerate(line, start=1) if value is not None), default=0)
    return [text_of(value, number, place) for place, value in enumerate(line[:last], start=1)]


def text_of(value, row, column):
    """A value as a person would have typed it: 2006, 0.25, 2006-01-03."""
    if value is None:
        return ""
    if value in ERRORS:
        raise BadTable(
            _(
                "Row %(row)s, column %(column)s shows the error %(error)s. "
                "Put it right, and send the file again.",
                row=row,
                column=column,
                error=value,
            )
        )
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime) and value.time() == time(0):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)
