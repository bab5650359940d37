"""What is said of an upload: its first words per column, what is wrong, and texts that two people changed."""

import csv
import io
from dataclasses import dataclass

from flask_babel import gettext as _

from exchange.core.cells import BOM, harmless
from exchange.moderation import compare
from exchange.moderation.bulk_models import UploadRow
from exchange.moderation.service.tables import uploads
from exchange.practices import service as practices
from exchange.practices.models import Revision
from exchange.taxonomy import service as taxonomy

SHOWN = 200  # problems on the page; all of them are in the file
SHOWN_CONFLICTS = 20
SAMPLE = 60  # characters of a cell


def samples(upload):
    """For each column the words of the first row that has any."""
    found = uploads.next_rows(upload, "waiting", 5) or uploads.rows(upload)[:5]
    cells = [
        [row.cells[place] for row in found if place < len(row.cells)] for place in range(len(upload.headings))
    ]
    return [shortened(next(filter(None, column), "")) for column in cells]


def shortened(text, most=SAMPLE):
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"


@dataclass(frozen=True)
class Problem:
    row: int
    column: str  # letter and heading, or ''
    message: str
    text: str


def problems(upload):
    """Every Problem of the file, in the order of its rows."""
    return [
        Problem(row.number, named(upload, place), message, text)
        for row in uploads.rows(upload, UploadRow.state == "wrong")
        for place, message, text in row.problems
    ]


def named(upload, place):
    """'C: Summary', as a spreadsheet and the file call it."""
    if place is None:
        return ""
    heading = upload.headings[place] if place < len(upload.headings) else ""
    return f"{letters(place)}: {heading}" if heading else letters(place)


def letters(place):
    """0 → A, 26 → AA."""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(65 + rest) + found
    return found


def as_csv(upload):
    file = io.StringIO()
    write = csv.writer(file, lineterminator="\r\n").writerow
    write([_("Row"), _("Column"), _("What is wrong"), _("What was there")])
    for one in problems(upload):
        write([one.row, *(harmless(words) for words in (one.column, one.message, one.text))])
    return (BOM + file.getvalue()).encode()


def of(upload, user):
    """What the upload's page shows beside its counts."""
    wrong = problems(upload)
    return {
        "problems": wrong[:SHOWN],
        "more": max(0, len(wrong) - SHOWN),
        "rows_wrong": len({one.row for one in wrong}),
        "conflicts": conflicts(upload, user),
        "made": uploads.rows(upload, UploadRow.state == "made", UploadRow.outcome.in_(("new", "changed"))),
    }


@dataclass(frozen=True)
class Conflict:
    """A row whose draft was worked on: what differs, for those who may read the draft; else None."""

    row: UploadRow
    title: str
    answers: list | None
    public_id: str


def conflicts(upload, user):
    found = uploads.rows(upload, UploadRow.outcome == "conflict")[:SHOWN_CONFLICTS]
    return [conflict(row, user) for row in found]


def conflict(row, user):
    practice = row.practice
    if not practice.may_be_seen_by(user):
        return Conflict(row, row.answers["title"], None, "")
    stands = practices.working_revision(practice) or practices.latest_revision(practice)
    names = set(row.answers) & {
        name for name, value in row.answers.items() if value != (stands.get(name, None) or "")
    }
    answers = [
        one
        for one in compare.answers(as_text(row, stands), stands, taxonomy.topics())
        if one.field.name in names and one.mark
    ]
    return Conflict(row, row.answers["title"], answers, practice.public_id)


def as_text(row, stands):
    """The row as a text that could be compared; it is in no session and is never stored."""
    told = uploads.told(row.answers)
    plain = {name: told.get(name) or "" for name in ("title", "summary")}
    others = {name: value for name, value in told.items() if name not in ("title", "summary", "language")}
    return Revision(
        **plain,
        language=told.get("language") or stands.language,
        answers={**stands.answers, **others},
        missing={},
    )
