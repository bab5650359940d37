"""Events as calendars read them: iCalendar (RFC 5545, names from RFC 7986). No request, no database.

Times are in UTC, so that no zone needs to be described; whole days are dates, whose end is the day after.
"""

import re
from datetime import UTC, timedelta

LONGEST = 75  # bytes of a line, without its end
SPECIAL = re.compile(r"([\\;,])")
BREAKS = re.compile(r"\r\n|\r|\n|\x0b|\x0c|\x85|\u2028|\u2029")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
PRODUCT = "-//The Exchange//Dates//EN"


def calendar(name, events, language="en"):
    """The whole file as text; `events` are dictionaries as `event` takes them."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"NAME;LANGUAGE={language}:{text(name)}",
        f"X-WR-CALNAME:{text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
    ]
    for one in events:
        lines += event(**one)
    return "".join(f"{folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def event(
    uid, changed_at, sequence, when, title, language, description, place, url, categories=(), cancelled=False
):
    """The lines of one event, not folded yet; `when` has days and moments (see `dates.times.When`)."""
    yield "BEGIN:VEVENT"
    yield f"UID:{uid}"
    yield f"DTSTAMP:{stamp(changed_at)}"
    yield f"LAST-MODIFIED:{stamp(changed_at)}"
    yield f"SEQUENCE:{sequence}"
    yield from span(when)
    yield f"SUMMARY;LANGUAGE={language}:{text(title)}"
    if description:
        yield f"DESCRIPTION;LANGUAGE={language}:{text(description)}"
    if place:
        yield f"LOCATION:{text(place)}"
    if categories:
        yield f"CATEGORIES:{','.join(text(one) for one in categories)}"
    yield f"URL:{url}"
    yield f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}"
    yield "END:VEVENT"


def span(when):
    if when.is_whole_days:
        yield f"DTSTART;VALUE=DATE:{when.day:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{when.end_day + timedelta(days=1):%Y%m%d}"
        yield "TRANSP:TRANSPARENT"  # a congress of a week does not keep anybody busy for all of it
        return
    yield f"DTSTART:{stamp(when.starts_at)}"
    if when.ends_at and when.ends_at > when.starts_at:  # an end must lie after the start
        yield f"DTEND:{stamp(when.ends_at)}"


def stamp(moment):
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def text(value):
    """A TEXT value: backslash, semicolon, comma and line breaks escaped, other control characters gone."""
    escaped = SPECIAL.sub(r"\\\1", value or "")
    return CONTROL.sub("", BREAKS.sub(r"\\n", escaped))


def folded(line):
    """In pieces of at most 75 bytes, each further one behind a space; no character is cut in two."""
    pieces, piece, room = [], "", LONGEST
    for char in line:
        size = len(char.encode())
        if size > room:
            pieces.append(piece)
            piece, room = "", LONGEST - 1  # the space counts
        piece += char
        room -= size
    return "\r\n ".join([*pieces, piece])
