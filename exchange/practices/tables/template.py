"""The table to fill in: a sheet of cases with lists to choose from, a sheet that explains, and plain CSV."""

import csv
import io

import xlsxwriter
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from exchange.core import i18n
from exchange.core.cells import BOM, harmless
from exchange.practices.tables.columns import columns
from exchange.practices.tables.limits import MOST_ROWS
from exchange.taxonomy import service as taxonomy

SEMICOLON = ("fr", "es", "de")  # where a spreadsheet expects it in CSV
GATES = {"D": _l("for a draft"), "S": _l("to submit"), "P": _l("to publish"), "o": _l("if you like")}
SEVERAL = ("choices", "topics", "tags", "languages")  # kinds with more than one answer in a cell
NARROW, WIDE = 16, 40
EXAMPLE = {  # target → what stands there in the row that is passed over
    "summary": _l("Parents and neighbours close the street before school every morning."),
    "lead_unit": _l("Mobility office"),
    "start": "2021-09",
    "challenge": _l("Cars waited before the gate, and children walked between them."),
    "solution": _l("Three barriers, twelve volunteers, and a decree for half an hour a day."),
    "tags": _l("school street; road safety"),
    "results-0-indicator": _l("Children who walk or cycle"),
    "results-0-unit": "%",
    "results-0-baseline": "41",
    "results-0-baseline_when": "2020",
    "results-0-value": "63",
    "results-0-value_when": "2023",
    "contacts-0-name": _l("Mobility office"),
    "contacts-0-mail": "mobility@city.example",
}
CHOSEN = {
    "scale": "street",
    "stage": "running",
    "results-0-kind": "outcome",
    "results-0-method": "city-count",
}


def example():
    """The cells of the example, in the order of the columns."""
    told = {"title": "#" + _("Example") + ": " + _("A street for the way to school"), **EXAMPLE}
    return [str(told.get(column.target) or chosen(column)) for column in columns()]


def chosen(column):
    """The label of a choice, or nothing."""
    code = CHOSEN.get(column.target)
    return str(column.asked.choices[code]) if code else ""


def as_csv():
    """The template as bytes, with the separator that the reader's spreadsheet expects."""
    file = io.StringIO()
    separator = ";" if i18n.language() in SEMICOLON else ","
    write = csv.writer(file, delimiter=separator, lineterminator="\r\n").writerow
    write([harmless(column.label) for column in columns()])
    write([harmless(text) for text in example()])
    return (BOM + file.getvalue()).encode()


def as_xlsx():
    """The template as bytes of a workbook."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        styles = {
            "head": book.add_format({"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1}),
            "text": book.add_format({"num_format": "@", "valign": "top"}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
            "soft": book.add_format({"italic": True, "font_color": "#4A5964", "valign": "top"}),
        }
        cases = book.add_worksheet(sheet_name(_("Cases")))
        explain(book.add_worksheet(sheet_name(_("How to fill it in"))), styles)
        ranges = put_lists(book.add_worksheet(sheet_name(_("Answers"))), styles)
        put_cases(cases, styles, ranges)
    return file.getvalue()


def sheet_name(words):
    return "".join(char for char in words if char not in "[]:*?/\\'")[:31]


def put_cases(sheet, styles, ranges):
    sheet.freeze_panes(1, 1)
    for place, (column, text) in enumerate(zip(columns(), example(), strict=True)):
        wide = column.asked.kind == "text" or column.target == "title"
        sheet.set_column(place, place, WIDE if wide else NARROW, styles["text"])
        sheet.write_string(0, place, column.label, styles["head"])
        sheet.write_string(1, place, text, styles["soft"])
        if source := ranges.get(list_of(column)):
            rule = {"validate": "list", "source": source, "error_type": "warning"}
            sheet.data_validation(2, place, MOST_ROWS + 1, place, rule)


def list_of(column):
    """The name of the list that a cell is chosen from; None where several answers fit, or any."""
    kind = column.asked.kind
    if kind == "goal":
        return "goals"
    if kind != "choice":
        return None
    return f"{column.field.name}.{column.part.name}" if column.part else column.field.name


def put_lists(sheet, styles):
    """Write each list of answers under its heading; {name: its range}."""
    found = {}
    for place, (name, (heading, answers)) in enumerate(lists().items()):
        sheet.set_column(place, place, 28)
        sheet.write_string(0, place, heading, styles["head"])
        for number, answer in enumerate(answers, start=1):
            sheet.write_string(number, place, answer)
        cells = xlsxwriter.utility.xl_range_abs(1, place, len(answers), place)
        found[name] = f"='{sheet.get_name()}'!{cells}"
    return found


def lists():
    """Name → (heading, possible answers in the reader's language)."""
    language = i18n.language()
    found = {
        "topics": (_("Topics"), [topic.label(language) for topic in taxonomy.topics().values()]),
        "goals": (_("Goals"), [f"{one} {taxonomy.goal_name(one, language)}" for one in taxonomy.goals()]),
    }
    for column in columns():
        if column.asked.choices and column.number < 2:
            name = f"{column.field.name}.{column.part.name}" if column.part else column.field.name
            found[name] = (column.label, [str(label) for label in column.asked.choices.values()])
    return found


def explain(sheet, styles):
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 2, 28)
    sheet.set_column(3, 3, 70)
    lines = rules()
    for number, words in enumerate(lines):
        sheet.merge_range(number, 0, number, 3, words, styles["wrap"])
        sheet.set_row(number, 32)
    start = len(lines) + 1
    for place, words in enumerate((_("Column"), _("Needed"), _("What it takes"), _("Hint"))):
        sheet.write_string(start, place, words, styles["head"])
    for number, column in enumerate(columns(), start=start + 1):
        for place, words in enumerate(described(column)):
            sheet.write_string(number, place, words, styles["wrap"])


def rules():
    return [
        _("One row is one case. At most %(number)s rows in one file.", number=MOST_ROWS),
        _("Only the title is needed for a draft. Everything else can be added later, here or on the site."),
        _(
            "Put a semicolon between several answers in one cell. "
            "Where there are fixed answers, the sheet “%(name)s” lists them.",
            name=_("Answers"),
        ),
        _(
            "Dates may be as exact as you know: 2006, 2006-01 or 2006-01-03. "
            "Numbers have no separators for thousands."
        ),
        _(
            "Rows that begin with “%(word)s” are passed over. Columns that you do not need may be taken out.",
            word="#" + _("Example"),
        ),
        _(
            "Nothing is published from this table: it makes drafts, "
            "which a person submits and another city reads."
        ),
    ]


def described(column):
    gate = column.field.gate if column.part is None or column.part.key else "o"
    return column.label, str(GATES[gate]), takes(column.asked), str(column.asked.hint or column.field.hint)


def takes(asked):
    """How a cell of this column is filled in."""
    if asked.kind in ("choice", "goal"):
        return _("one of the list")
    if asked.kind in SEVERAL:
        return _("several, with semicolons")
    if asked.kind in TAKES:
        return str(TAKES[asked.kind])
    return _("text, up to %(number)s characters", number=asked.limit or 200)


TAKES = {
    "date": _l("a date"),
    "number": _l("a number"),
    "mail": _l("a mail address"),
    "address": _l("a web address"),
    "language": _l("a language"),
    "year": _l("a year"),
    "currency": _l("a currency, like EUR"),
    "paper": _l("a DOI or a web address"),
    "practice": _l("the address of a case on this site"),
}
