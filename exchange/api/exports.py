"""Tables and maps to take away: CSV, XLSX, GeoJSON. What they hold is in `facts`."""

import csv
import json
from tempfile import TemporaryFile

import xlsxwriter

from exchange.api.facts import every_case

BOM = "\ufeff"  # without it a spreadsheet takes UTF-8 for something else
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # how one begins
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
    "licence",
    "published",
    "latitude",
    "longitude",
    "url",
    "version_url",
)
WIDE = {"title": 48, "summary": 64, "url": 40, "version_url": 40}
BLOCK = 1 << 16


def as_csv(query):
    """RFC 4180, line by line; nothing in it is a formula."""
    write = csv.writer(Passing(), lineterminator="\r\n").writerow
    yield BOM + write(COLUMNS)
    for row in every_case(query):
        yield write([harmless(cell(row[name])) for name in COLUMNS])


class Passing:
    """A file that hands back what is written to it."""

    def write(self, text):
        return text


def harmless(value):
    """No spreadsheet shall calculate what somebody wrote; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


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
    sheet.ignore_errors({"number_stored_as_text": "A:Y"})
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
