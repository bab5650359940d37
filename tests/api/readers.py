"""Each exit read back with a program that others use for it."""

import csv
import io
import json
import zipfile
from urllib.parse import urlsplit

import feedparser
import openpyxl
import rispy
from openpyxl.utils.escape import unescape
from pybtex.database import parse_string

EXITS = ("json", "csv", "xlsx", "geojson", "bib", "ris", "atom")
WRITTEN_OUT = (  # how LaTeX writes what it would otherwise obey; the backslash last
    (r"\textbraceleft{}", "{"),
    (r"\textbraceright{}", "}"),
    (r"\textasciitilde{}", "~"),
    (r"\textasciicircum{}", "^"),
    (r"\textless{}", "<"),
    (r"\textgreater{}", ">"),
    (r"\textbar{}", "|"),
    *((f"\\{sign}", sign) for sign in "%&#$_"),
    (r"\textbackslash{}", "\\"),
)


def take(app, ext, query="", **more):
    """The body of an exit, whole."""
    answer = app.test_client().get(f"/practices.{ext}{query}", **more)
    assert answer.status_code == 200
    return answer.data


def found(ext, data):
    """[(public id, title)] in the order of the exit."""
    return [(id_of(address), title) for address, title in READERS[ext](data)]


def ids(ext, data):
    return [public_id for public_id, _ in found(ext, data)]


def id_of(address):
    """'https://…/practices/K7Q2MX/revisions/1' → 'K7Q2MX'; an id stays as it is."""
    path = urlsplit(address).path
    return path.split("/")[2].split("-")[0] if path.startswith("/practices/") else address


def words_of(body):
    """What is in an answer; of a workbook what is in its parts."""
    if not body.startswith(b"PK"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        return b"".join(parts.read(name) for name in parts.namelist())


def rows(data):
    """The lines of a CSV file by their header."""
    assert data.startswith(b"\xef\xbb\xbf") and data.endswith(b"\r\n")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def sheet(data):
    return openpyxl.load_workbook(io.BytesIO(data)).active


def entries(data):
    """Key → entry of a BibTeX file; the order is that of the file."""
    return parse_string(data.decode(), "bibtex").entries


def unlatex(text):
    """As it is printed."""
    for written, meant in WRITTEN_OUT:
        text = text.replace(written, meant)
    return text.removeprefix("{").removesuffix("}")


def feed(data):
    read = feedparser.parse(data)
    assert not read.bozo, read.get("bozo_exception")
    return read


READERS = {
    "json": lambda data: [(one["id"], one["title"]) for one in json.loads(data)["items"]],
    "csv": lambda data: [(row["id"], row["title"]) for row in rows(data)],
    "xlsx": lambda data: [
        (row[0], unescape(row[2])) for row in sheet(data).iter_rows(min_row=2, values_only=True)
    ],
    "geojson": lambda data: [(one["id"], one["properties"]["title"]) for one in json.loads(data)["features"]],
    "bib": lambda data: [(one.fields["url"], unlatex(one.fields["title"])) for one in entries(data).values()],
    "ris": lambda data: [(one["urls"][0], one["title"]) for one in rispy.loads(data.decode())],
    "atom": lambda data: [(one.id, one.title) for one in feed(data).entries],
}
