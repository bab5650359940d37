"""The columns of a table of cases, made from the table of fields; and which one a heading means.

A column is named by the control of the form that asks the same: `title`, `topics`, `results-0-indicator`.
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from exchange.config import LANGUAGES
from exchange.core.i18n import speaking
from exchange.practices import schema

SHOWN_ROWS = {"results": 3}  # of a group, in the template; of the others two
NOT_IN_TABLES = {"media", "documents"}  # kinds: files cannot be put into cells
NOT_ASKED = {"declarations"}  # a person declares, when submitting
MOST_ROWS_OF_A_GROUP = 9  # that a heading may count
PLAIN = re.compile(r"[^a-z0-9]+")
SAID = Path(__file__).resolve().parents[2] / "data" / "headings.json"  # what people write above a column


@dataclass(frozen=True)
class Column:
    """One answer of a case: of a field, or of a part of the row `number` of a group (from 1)."""

    target: str
    field: schema.Field
    part: schema.Field | None = None
    number: int = 0

    @property
    def asked(self):
        """The line of the schema that says how the cell is read."""
        return self.part or self.field

    @property
    def name(self):
        """The same in every language: 'results 1 indicator'."""
        parts = (self.field.name, str(self.number), self.part.name) if self.part else (self.field.name,)
        return " ".join(parts).replace("_", " ")

    @property
    def label(self):
        """What stands above it, in the reader's language."""
        if self.part is None:
            return str(self.field.label)
        return _(
            "%(group)s %(number)s: %(part)s",
            group=self.field.label,
            number=self.number,
            part=self.part.label,
        )


CITY = Column("city", schema.Field("city", "line", _l("City")))


def columns():
    """Those of the template, in the order of the form."""
    found = []
    for field in asked_fields():
        rows = min(SHOWN_ROWS.get(field.name, 2), field.limit or 2)
        found += of_group(field, rows) if field.kind == "group" else [Column(field.name, field)]
    return found


def asked_fields():
    return [
        field
        for field in schema.FIELDS.values()
        if field.kind not in NOT_IN_TABLES and field.name not in NOT_ASKED
    ]


def of_group(field, rows):
    return [
        Column(f"{field.name}-{number}-{part.name}", field, part, number + 1)
        for number in range(rows)
        for part in field.parts
    ]


@cache
def every_column():
    """Target → Column, of all that a heading may mean."""
    found = [CITY]
    for field in asked_fields():
        most = min(MOST_ROWS_OF_A_GROUP, field.limit or MOST_ROWS_OF_A_GROUP)
        found += of_group(field, most) if field.kind == "group" else [Column(field.name, field)]
    return {column.target: column for column in found}


def find_column(target):
    """The Column of that name, or None."""
    return every_column().get(target)


def guess(heading):
    """The target that a heading means in one of our languages, or ''."""
    return names().get(folded(heading), "") if heading else ""


@cache
def names():
    """Folded heading → target: our names, the labels in four languages, and what people write besides."""
    found = {}
    for column in every_column().values():
        found.setdefault(folded(column.name), column.target)
    for language in LANGUAGES:
        with speaking(language):
            for column in every_column().values():
                for words in headings_of(column):
                    found.setdefault(folded(words), column.target)
    for target, words in json.loads(SAID.read_text(encoding="utf-8")).items():
        for word in words:
            found.setdefault(folded(word), target)
    return found


def headings_of(column):
    """Its label; of a part also with the name of a single row: 'Result 1: Unit'."""
    yield column.label
    if column.part:
        yield f"{column.field.one} {column.number} {column.part.label}"


def folded(text):
    """Without accents, signs and capitals: 'Résultats 1 : Unité' → 'resultats 1 unite'."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    return PLAIN.sub(" ", plain).strip()
