"""The public words of a case as plain text: what may be searched in and shown in a snippet.

Only what is listed by the schema and marked as public counts. Contacts that are shown to verified
staff only are left out, and so is everything that the schema does not know.
"""

import re
from html import unescape

from exchange.practices import schema, translating

FIRST = ("title", "summary")  # searched in fields of their own
WORDED = ("line", "text")
UNSAID = {"declarations", "licence", *FIRST}
TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,300}>")
TARGET = re.compile(r"\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?(?:\s+\"[^\"\n]*\")?\)")
ADDRESS = re.compile(r"<?\b(?:https?://|www\.)\S+")
LINE_START = re.compile(r"^[ \t]*(?:(?:[-*+>]|#{1,6}|\d{1,3}[.)])[ \t]+)+", re.MULTILINE)
SIGNS = re.compile(r"^[-=|: \t]+$|(?<!\S)#{1,6}(?!\S)|[*`~|\\\[\]]+|(?<!\w)_+|_+(?!\w)", re.MULTILINE)
SIGNED = re.compile(r"[#*`~|\\\[\]_]")  # without one of these only a line of its own can be a sign


def body(revision):
    """All public answers but title and summary, each on a line of its own."""
    return "\n".join(parts(revision))


def parts(revision, longest=None):
    """The public answers in words, in the order of the form, as flat texts; of each at most its beginning."""
    for field in (*schema.FIELDS.values(), schema.STORY):
        if field.public and field.name not in UNSAID:
            for text in worded(field, revision.get(field.name, None)):
                if clean := flat(text[:longest]):
                    yield clean


def translated(revision, translation):
    """What its readers read in the translation's language: a line for each text, the title first."""
    shown = translating.Told(revision, translation).shown.values()
    return "\n".join(flat(match.entry["text"]) for match in shown)


def worded(field, value):
    """The texts of one answer."""
    if not value:
        return
    if field.kind in WORDED:
        yield str(value)
    elif field.kind == "cities":
        yield ", ".join(str(city).replace("-", " ") for city in value)
    elif field.kind == "group":
        names = [part.name for part in field.parts if part.kind in WORDED]
        yield from in_rows(filter(is_public, value), names)
    elif field.kind in ("media", "documents"):
        yield from in_rows(value, ("alt", "caption", "name", "title"))


def in_rows(rows, names):
    for row in rows:
        if isinstance(row, dict):
            yield from (str(row[name]) for name in names if row.get(name))


def is_public(row):
    """Contacts say to whom they are shown; rows of other groups are public as their field is."""
    return not isinstance(row, dict) or row.get("shown_to", "public") == "public"


def flat(markdown):
    """Markdown → one line of plain text, quickly: without addresses, tags and signs."""
    text = markdown
    if "](" in text:
        text = TARGET.sub("]", text)
    if "://" in text or "www." in text:
        text = ADDRESS.sub(" ", text)
    if "<" in text:
        text = TAG.sub(" ", text)
    if "&" in text:
        text = unescape(text)
    text = LINE_START.sub("", text)
    if SIGNED.search(text) or "\n" in text or text[:1] in "-=: \t":
        text = SIGNS.sub("", text)
    return " ".join(text.split())
