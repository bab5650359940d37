"""What there is to translate in a text: one unit for each answer or part of a row."""

from dataclasses import dataclass
from functools import cached_property

from exchange.core.markup import is_web_address
from exchange.practices import schema
from exchange.practices.service import fingerprint

FIRST = ("title", "summary")  # it may stop there
NAMES = {"contacts", "media.credit"}  # nobody translates them
SHORTEST = 40  # characters that a line of words may have: shorter ones are codes and years


@dataclass(frozen=True)
class Unit:
    """One text of a revision: an answer, or a part of a row."""

    key: str
    field: schema.Field
    text: str
    part: schema.Field | None = None
    row: int | None = None

    @property
    def asked(self):
        return self.part or self.field

    @property
    def place(self):
        """Its place without the number of its row."""
        return f"{self.field.name}.{self.part.name}" if self.part else self.field.name

    @cached_property
    def fingerprint(self):
        return fingerprint(self.text)[:20]

    def picture_in(self, revision):
        """The row of the picture that it tells of, or None."""
        return revision.get("media")[self.row] if self.field.kind == "media" else None


@dataclass(frozen=True)
class Match:
    """What a translation holds for a unit, and whether it was made from other words."""

    entry: dict
    is_stale: bool


def units(revision):
    """Everything of a public text that can be said in another language, title and summary first."""
    return [
        unit
        for field in (*schema.FIELDS.values(), schema.STORY)
        if field.translatable and field.public and field.name not in NAMES
        for unit in units_of(field, revision.get(field.name, None))
        if unit.place not in NAMES and is_told_in_words(unit.text)
    ]


def units_of(field, value):
    if not value:
        return
    if not field.has_rows:
        yield Unit(field.name, field, str(value))
        return
    for number, row in enumerate(value):
        for part in filter(is_of_words, field.parts):
            if row.get(part.name):
                yield Unit(f"{field.name}.{number}.{part.name}", field, str(row[part.name]), part, number)


def is_of_words(part):
    return part.kind == "text" or (part.kind == "line" and part.limit >= SHORTEST)


def is_told_in_words(text):
    return any(map(str.isalpha, text)) and not is_web_address(text)


def matches(wanted, texts):
    """Key → Match of those of the `wanted` units for which `texts` hold something."""
    by_words = {(place_of(key), entry["fingerprint"]): entry for key, entry in texts.items()}
    found, taken = {}, set()
    for unit in wanted:
        if entry := by_words.get((unit.place, unit.fingerprint)):
            found[unit.key] = Match(entry, False)
            taken.add(id(entry))
    for unit in wanted:
        entry = texts.get(unit.key)
        if entry and unit.key not in found and id(entry) not in taken:
            found[unit.key] = Match(entry, True)
    return found


def place_of(key):
    return ".".join(part for part in key.split(".") if not part.isdigit())
