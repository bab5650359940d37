"""CSV: which letters and which separator a file is written with, told by its bytes."""

import csv
import io
import itertools

from flask_babel import gettext as _

from exchange.practices.tables.limits import MOST_LINES, BadTable

MARKS = (  # what a file may begin with, and what it is written in then
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
SEPARATORS = ",;\t"
LOOKED_AT = 20  # records that tell the separator
BINARY = 0.02  # share of control characters that no text has


def lines(data):
    """The records of a file, each a list of texts; raises BadTable."""
    text = decoded(data)
    text, separator = told_separator(text)
    separator = separator or best_separator(text)
    try:
        yield from itertools.islice(records(text, separator), MOST_LINES + 1)
    except csv.Error as error:
        raise BadTable(
            _("This is no table with separators: a quotation mark is open, or a cell is endless.")
        ) from error


def records(text, separator):
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)


def decoded(data):
    """UTF-8 and UTF-16, with or without their mark, else Windows-1252; raises BadTable for none of them."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return decode(data[len(mark) :], encoding)
    if encoding := unmarked_utf16(data):
        return decode(data, encoding)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = decode(data, "cp1252")
    return checked(text)


def decode(data, encoding):
    try:
        return checked(data.decode(encoding))
    except UnicodeDecodeError as error:
        raise BadTable(
            _("The letters of this file cannot be read. Save it as CSV in UTF-8, and send that.")
        ) from error


def unmarked_utf16(data):
    """Plain words in UTF-16 have a zero in every other byte."""
    some = data[:2000]
    half = len(some) // 2
    if half and some[1::2].count(0) > 0.4 * half and not some[::2].count(0):
        return "utf-16-le"
    if half and some[::2].count(0) > 0.4 * half and not some[1::2].count(0):
        return "utf-16-be"
    return ""


def checked(text):
    strange = sum(char < " " and char not in "\t\r\n\f\v" for char in text[:10_000])
    if "\x00" in text or strange > BINARY * len(text[:10_000]):
        raise BadTable(_("This is neither CSV nor XLSX."))
    return text


def told_separator(text):
    """Excel's own first line, 'sep=;', says it; (the rest, the separator or '')."""
    first, end, rest = text.partition("\n")
    first = first.strip()
    if first.lower().startswith("sep=") and len(first) == 5 and first[4] in SEPARATORS:
        return "\n" + rest if end else rest, first[4]
    return text, ""


def best_separator(text):
    """The one that makes most columns, in most records alike."""
    return max(SEPARATORS, key=lambda separator: columns_by(text, separator))


def columns_by(text, separator):
    try:
        widths = [len(one) for one in itertools.islice(records(text, separator), LOOKED_AT) if one]
    except csv.Error:
        return (0, 0)
    if not widths or widths[0] == 1:
        return (0, 0)
    return (sum(width == widths[0] for width in widths) / len(widths), widths[0])
