"""How readers see a case in their language."""

from functools import cached_property

from exchange.practices.models import Revision
from exchange.practices.translating.finding import is_written_in, public
from exchange.practices.translating.units import FIRST, matches, units
from exchange.practices.translating.writing import MACHINE


class Said(str):
    """A text that knows its language; templates ask `lang_of`."""

    def __new__(cls, text, lang):
        made = super().__new__(cls, text)
        made.lang = lang
        return made


class Row(dict):
    """A row as it is told in another language; `written` is the row itself."""

    def __init__(self, written, said):
        super().__init__(said)
        self.written = written


class Told:
    """A revision as readers of another language see it; what nobody translated is told as it was written.

    Parts of a row whose words changed are told anew as they are written now: nobody knows whether they
    are still the same thing. Everything else of the revision is the revision's.
    """

    def __init__(self, revision, translation):
        self.revision, self.translation = revision, translation
        self.units = units(revision)
        found = matches(self.units, translation.texts)
        self.shown = {
            unit.key: found[unit.key]
            for unit in self.units
            if unit.key in found and not (unit.part and found[unit.key].is_stale)
        }

    def __getattr__(self, name):
        return getattr(self.revision, name)

    @property
    def title(self):
        return self.said("title", self.revision.title)

    @property
    def summary(self):
        return self.said("summary", self.revision.summary)

    def get(self, field, empty=""):
        if field in FIRST:
            return getattr(self, field)
        value = self.revision.get(field, empty)
        if isinstance(value, list):
            return [self.row(field, number, row) for number, row in enumerate(value)]
        return self.said(field, value)

    def row(self, field, number, row):
        if not isinstance(row, dict):
            return row
        said = {part: self.said(f"{field}.{number}.{part}", value) for part, value in row.items()}
        return Row(row, said)

    def said(self, key, text):
        match = self.shown.get(key)
        return Said(match.entry["text"], self.translation.language) if match else text

    @cached_property
    def stale(self):
        """The fields of which the original has changed since."""
        return {key for key, match in self.shown.items() if match.is_stale}

    @property
    def by_machine(self):
        return any(match.entry["how"] == MACHINE for match in self.shown.values())

    @property
    def is_whole(self):
        return len(self.shown) == len(self.units)


def in_language(revision, language):
    """The public text as it is told in a language: a Told, or the revision itself."""
    if not isinstance(revision, Revision) or is_written_in(revision, language):
        return revision
    found = public(revision.practice, language)
    return Told(revision, found) if found else revision


def lang_of(text, revision):
    """The language in which a text of this revision, or of a Told, is written."""
    return text.lang if isinstance(text, Said) else revision.language
