"""From the bytes of a file to headings and rows of text."""

import re
from dataclasses import dataclass, field

from flask_babel import gettext as _

from exchange.practices.tables import separated, workbook
from exchange.practices.tables.limits import (
    MOST_BYTES,
    MOST_CELL,
    MOST_COLUMNS,
    MOST_LINES,
    MOST_ROWS,
    BadTable,
)

EXAMPLE = re.compile(r"#\s*(example|exemple|ejemplo|beispiel)\b", re.IGNORECASE)
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and .xlsx behind a password


@dataclass(frozen=True)
class Row:
    number: int  # as a spreadsheet counts its lines
    cells: list


@dataclass
class Table:
    """Headings, and the rows that hold something; `sheets` are the names of all, `sheet` the one read."""

    headings: list
    rows: list
    sheets: list = field(default_factory=list)
    sheet: str = ""
    examples: int = 0  # rows of the template that were passed over


def read(data, sheet=""):
    """The Table of a file's bytes, told by its content and not by its name; raises BadTable."""
    if len(data) > MOST_BYTES:
        raise BadTable(
            _("The file is larger than %(number)s MB. Send it in parts.", number=MOST_BYTES // 1024 // 1024)
        )
    if data.startswith(OLD_OFFICE):
        raise BadTable(
            _("This is an old or a locked Excel file. Save it as .xlsx, without a password, and send that.")
        )
    if data.startswith(b"PK"):
        sheets, chosen, lines = workbook.lines(data, sheet)
        return made(lines, sheets, chosen)
    return made(separated.lines(data))


def made(lines, sheets=(), sheet=""):
    """The first line with words holds the headings; empty lines and the example are passed over."""
    table = Table([], [], list(sheets), sheet)
    for number, cells in enumerate(lines, start=1):
        if number > MOST_LINES:
            raise BadTable(
                _("The table has more than %(number)s lines. Take the empty ones out.", number=MOST_LINES)
            )
        cells = without_end([clean(text, number, place) for place, text in enumerate(cells, start=1)])
        if cells:
            put(table, number, cells)
    check(table)
    return table


def put(table, number, cells):
    if len(cells) > MOST_COLUMNS:
        raise BadTable(_("Row %(row)s has more than %(number)s columns.", row=number, number=MOST_COLUMNS))
    if not table.headings:
        table.headings = [" ".join(cell.split())[:200] for cell in cells]
    elif EXAMPLE.match(next(filter(None, cells))):
        table.examples += 1
    elif len(table.rows) == MOST_ROWS:
        raise BadTable(_("The table has more than %(number)s rows. Send it in parts.", number=MOST_ROWS))
    else:
        table.rows.append(Row(number, cells))


def clean(text, row, column):
    """A cell without outer spaces; raises BadTable for what nobody typed."""
    if "\x00" in text:
        raise BadTable(
            _(
                "Row %(row)s, column %(column)s holds a NUL character. This is no text.",
                row=row,
                column=column,
            )
        )
    if len(text) > MOST_CELL:
        raise BadTable(
            _(
                "Row %(row)s, column %(column)s holds more than %(number)s characters. "
                "Perhaps a quotation mark is not closed.",
                row=row,
                column=column,
                number=MOST_CELL,
            )
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadTable(
            _("Row %(row)s, column %(column)s holds characters that do not exist.", row=row, column=column)
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def without_end(cells):
    while cells and not cells[-1]:
        cells.pop()
    return cells


def check(table):
    if not table.headings:
        raise BadTable(_("The table is empty."))
    if not table.rows:
        raise BadTable(_("The table has headings and no row beneath them."))
    width = max(len(row.cells) for row in table.rows)
    table.headings += [""] * (width - len(table.headings))
