"""Tables and maps to take away: CSV, XLSX, GeoJSON. What they hold is in `facts`."""

import json
from tempfile import TemporaryFile

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from exchange.api.facts import every_case
from exchange.core.cells import BOM, line_writer

COLUMNS = (
    "id",
    "version",
    "title",
    "summary",
    "city",
    "country",
    "country_name",
    "topics",
    "sdgs",
    "tags",
    "stage",
    "start",
    "end",
    "language",
    "evidence_design",
    "evidence_independence",
    "cost_band",
    "told_by",
    "city_word",
    "labels",
    "licence",
    "published",
    "confirmed_at",
    "confirm_by",
    "latitude",
    "longitude",
    "url",
    "version_url",
    "other_cities",
    "location_precision",
    "results",
    "results_checked",
    "results_disputed",
    "results_outdated",
    "evaluations",
    "staff_setup",
    "staff_running",
    "not_confirmed_since",
    "translations",
    "translated_title",
    "translated_summary",
)
WIDE = {
    "title": 48,
    "summary": 64,
    "translated_title": 48,
    "translated_summary": 64,
    "url": 40,
    "version_url": 40,
    "results": 64,
}
BLOCK = 1 << 16


def as_csv(query):
    """RFC 4180, line by line; nothing in it is a formula."""
    write = line_writer()
    yield BOM + write(COLUMNS)
    for row in every_case(query):
        yield write([cell(row[name]) for name in COLUMNS])


def cell(value):
    """Text or number; a list with '; ' between its values."""
    if isinstance(value, list):
        return "; ".join(str(one).replace(";", ",") for one in value)
    return value


def as_xlsx(query):
    """Written row by row to a file without a name, which is gone when it has been read."""
    with TemporaryFile() as file:
        with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
            fill(book, every_case(query))
        file.seek(0)
        while block := file.read(BLOCK):
            yield block


def fill(book, rows):
    sheet, bold = book.add_worksheet("practices"), book.add_format({"bold": True})
    for column, name in enumerate(COLUMNS):
        sheet.set_column(column, column, WIDE.get(name, 14))
        sheet.write_string(0, column, name, bold)
    sheet.freeze_panes(1, 0)
    sheet.ignore_errors({"number_stored_as_text": f"A:{xl_col_to_name(len(COLUMNS) - 1)}"})
    for number, row in enumerate(rows, start=1):
        for column, name in enumerate(COLUMNS):
            put(sheet, number, column, cell(row[name]))


def put(sheet, row, column, value):
    """Text as text, whatever it looks like."""
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    elif value is not None:
        sheet.write_number(row, column, value)


def as_geojson(query):
    """RFC 7946; a case whose place nobody knows is a feature without geometry."""
    yield from listed('{"type": "FeatureCollection", "features": [', map(feature, every_case(query)), "]}")


def feature(row):
    lat, lon = row["latitude"], row["longitude"]
    return {
        "type": "Feature",
        "id": row["id"],
        "geometry": {"type": "Point", "coordinates": [lon, lat]} if lat is not None else None,
        "properties": {name: row[name] for name in COLUMNS if name not in ("latitude", "longitude")},
    }


def listed(before, items, after):
    """A JSON list in its document, one item a line, written as the items come."""
    yield before
    for number, item in enumerate(items):
        yield (",\n" if number else "\n") + json.dumps(item, ensure_ascii=False)
    yield f"\n{after}\n"
