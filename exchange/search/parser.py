"""What people type into the box, read into a small tree that no engine has a word in.

words (all of them) · "a phrase" · -without · this OR that · begin*

Nothing typed is an error: what cannot be read as syntax is read as words. `read` is linear in the
length of the text and keeps at most MOST_TERMS terms.
"""

import re
from dataclasses import dataclass

MOST_TERMS = 64
QUOTES = '"“”„«»'
PIECE = re.compile(
    rf"(?P<minus>(?<!\S)[-–−]+)?"
    rf"(?:[{QUOTES}](?P<phrase>[^{QUOTES}]*)[{QUOTES}]?|(?P<word>[^\s{QUOTES}]+))"
)
SHORTEST_PREFIX = 2


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
class Not:
    part: object


@dataclass(frozen=True)
class And:
    parts: tuple


@dataclass(frozen=True)
class Or:
    parts: tuple


NOTHING = Or(())  # no case fits: something was typed, but no word


def read(text):
    """The tree of a typed question; None when nothing was typed, NOTHING when no word can be found in it."""
    if not text.strip():
        return None
    groups = [group for group in alternatives(pieces(text)) if group]
    parts = tuple(group[0] if len(group) == 1 else Or(tuple(group)) for group in groups)
    if not parts:
        return NOTHING
    return parts[0] if len(parts) == 1 and not isinstance(parts[0], Not) else And(parts)


def pieces(text):
    """The terms in their order, with the string 'OR' between two that are alternatives."""
    found, terms = [], 0
    for match in PIECE.finditer(text):
        if match["word"] in ("OR", "|") and not match["minus"]:
            found.append("OR")
        elif term := term_of(match):
            found.append(Not(term) if match["minus"] else term)
            terms += 1
        if terms == MOST_TERMS:
            break
    return found


def term_of(match):
    """Word, Phrase or Prefix; None for a piece without letters or digits."""
    text = match["word"] if match["phrase"] is None else match["phrase"]
    if not any(char.isalnum() for char in text):
        return None
    if match["phrase"] is not None:
        return Phrase(text)
    stem = text.rstrip("*")
    if stem != text and stem.isalnum() and len(stem) >= SHORTEST_PREFIX:
        return Prefix(stem)
    return Word(text)


def alternatives(found):
    """Lists of terms: one of each list must be found. OR binds tighter than 'and'."""
    groups, joining = [], False
    for piece in found:
        if piece == "OR":
            joining = bool(groups)
        elif joining:
            groups[-1].append(piece)
            joining = False
        else:
            groups.append([piece])
    return groups


def sought(node):
    """The terms that a reader wants to see marked: all but those behind a minus."""
    if isinstance(node, And | Or):
        return [term for part in node.parts for term in sought(part)]
    return [node] if isinstance(node, Word | Prefix | Phrase) else []
