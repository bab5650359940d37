"""What people type into the box, read into a small tree that no engine has a word in.

words (all of them) · "a phrase" · -without, NOT without · this OR that · begin* · ( groups ) ·
title: city: tag: topic: country: lang: stage: goal: year:2015..2020. OR binds closer than 'and'.

Nothing typed is an error: what cannot be read as syntax is read as words. `read` is linear in the
length of the text and keeps at most MOST_TERMS terms. Strategies of several lines: see `strategies`.
"""

import re
from dataclasses import dataclass

from exchange.search.words import analysis

MOST_TERMS = 64
DEEPEST = 12  # groups inside groups
SHORTEST_PREFIX = 2
QUOTES = '"“”„«»'
FIELDS = ("title",)  # searched in alone
FACETS = {  # as it is typed → the facet it is
    "city": "city",
    "tag": "tag",
    "topic": "topic",
    "country": "country",
    "region": "region",
    "lang": "language",
    "language": "language",
    "stage": "stage",
    "goal": "sdg",
    "sdg": "sdg",
    "year": "year",
}
NAMED = "|".join([*FIELDS, *FACETS])
PIECE = re.compile(
    rf"(?P<open>[-–−]?\()|(?P<close>\))"
    rf"|(?P<minus>(?<![^\s(])[-–−]+)?(?:(?P<field>{NAMED}):(?=\S)(?P<group>\()?)?"
    rf"(?:(?(group)|[{QUOTES}](?P<phrase>[^{QUOTES}]*)[{QUOTES}]?)|(?(group)|(?P<word>[^\s(){QUOTES}]+)))",
    re.IGNORECASE,
)
NEAR = re.compile(r"(?:NEAR|ADJ|W|N)/?\d{1,3}|NEAR|ADJ")
YEARS = re.compile(r"(\d{4})?(?:(\.\.|[-–])(\d{4})?)?")
LAST_YEAR = 9999


@dataclass(frozen=True)
class Word:
    """One typed word; it may hold several words of a text ('co-housing'), which then stand side by side."""

    text: str


@dataclass(frozen=True)
class Prefix:
    text: str


@dataclass(frozen=True)
class Phrase:
    text: str


@dataclass(frozen=True)
class Field:
    """A word, prefix or phrase in one field of the case alone."""

    name: str
    part: object


@dataclass(frozen=True)
class Having:
    """Any of these values of a facet, as they were typed; for 'year' the first and the last."""

    facet: str
    values: tuple


@dataclass(frozen=True)
class Not:
    part: object


@dataclass(frozen=True)
class And:
    parts: tuple


@dataclass(frozen=True)
class Or:
    parts: tuple


NOTHING = Or(())  # no case fits: something was typed, but no word


def read(text, notes=None, small_operators=False):
    """The tree of a typed question; None when nothing was typed, NOTHING when no word can be found in it.

    What was left out is appended to `notes`. `small_operators`: 'or' means OR.
    """
    if not text.strip():
        return None
    reader = Reader(text, [] if notes is None else notes, small_operators)
    return closed(reader.group(0)) or NOTHING


class Reader:
    """Reads pieces from left to right; each group returns when it is closed."""

    def __init__(self, text, notes, small_operators):
        self.pieces = PIECE.finditer(text)
        self.text, self.notes, self.small = text, notes, small_operators
        self.terms = 0

    def group(self, depth, field=None):
        """The parts of a group: trees, each found in all, and Or of alternatives."""
        parts, joining, negated = [], False, False
        for match in self.pieces:
            if match["close"]:
                if depth:
                    break
                continue
            operator = self.operator(match)
            if operator:
                joining, negated = operator == "OR" and bool(parts) or joining, negated ^ (operator == "NOT")
                continue
            part = self.part(match, depth, field)
            if part is not None:
                add(parts, Not(part) if negated != is_minus(match) else part, joining)
                joining = negated = False
            if self.terms >= MOST_TERMS:
                self.stop(match)
                break
        return parts

    def operator(self, match):
        word = match["word"]
        if word is None or match["minus"] or match["field"]:
            return None
        word = word.upper() if self.small and word.isalpha() else word
        if word in ("AND", "&", "&&", "+"):
            return "AND"
        if word in ("OR", "|", "||"):
            return "OR"
        if NEAR.fullmatch(word):
            self.notes.append(word)
            return "AND"
        return "NOT" if word == "NOT" else None

    def part(self, match, depth, field):
        if match["open"] or match["group"]:
            if depth >= DEEPEST:
                return None
            return closed(self.group(depth + 1, (match["field"] or "").lower() or field))
        name = (match["field"] or field or "").lower()
        text = match["word"] if match["phrase"] is None else match["phrase"]
        self.terms += 1
        found = having(name, text) if name in FACETS else term_of(text, match["phrase"] is not None)
        return Field(name, found) if found and name in FIELDS else found

    def stop(self, match):
        rest = self.text[match.end() :].strip()
        if rest:
            self.notes.append(rest)
        self.pieces = iter(())


def is_minus(match):
    return bool(match["minus"]) or bool(match["open"] and len(match["open"]) > 1)


def add(parts, part, joining):
    """One more part, or one more alternative to the last."""
    if joining:
        last = parts.pop()
        part = Or((*(last.parts if isinstance(last, Or) else (last,)), part))
    parts.append(part)


def closed(parts):
    """A group's parts as one tree, or None when it is empty."""
    if len(parts) == 1 and not isinstance(parts[0], Not):
        return parts[0]
    return And(tuple(parts)) if parts else None


def term_of(text, is_phrase):
    """Word, Phrase or Prefix; None for a piece without letters or digits."""
    if not any(char.isalnum() for char in text):
        return None
    if is_phrase:
        return Phrase(text)
    stem = text.rstrip("*$")
    is_begun = stem != text and analysis.WORD.fullmatch(stem) and not analysis.PAIRS.search(stem)
    if is_begun and len(stem) >= SHORTEST_PREFIX:
        return Prefix(stem)
    return Word(text)


def having(name, text):
    """The values of a facet that were typed: 'city:Porto', 'lang:fr,es', 'year:2015..2020'."""
    if FACETS[name] == "year":
        return years(text)
    values = tuple(value.strip() for value in text.split(",") if any(char.isalnum() for char in value))
    return Having(FACETS[name], values) if values else None


def years(text):
    match = YEARS.fullmatch(text.strip())
    if not match or not (match[1] or match[3]):
        return Word(text) if any(char.isalnum() for char in text) else None
    first = int(match[1]) if match[1] else 0
    last = int(match[3]) if match[3] else (LAST_YEAR if match[2] else first)
    return Having("year", (min(first, last), max(first, last)))


def sought(node):
    """The terms that a reader wants to see marked: all but those behind a minus."""
    if isinstance(node, And | Or):
        return [term for part in node.parts for term in sought(part)]
    if isinstance(node, Field):
        return [node.part]
    return [node] if isinstance(node, Word | Prefix | Phrase) else []
