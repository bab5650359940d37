"""What the clocks show where an event is, which moments these are, and how readers are told.

People write day and clock as they stand on the wall there; the zone's name turns them into moments. Some
times do not exist (clocks go forward), some exist twice (they go back; `fold` 1 is the later one).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global
from babel.dates import format_interval, get_timezone_location
from flask_babel import format_date, format_time, get_locale
from flask_babel import gettext as _


@dataclass(frozen=True)
class When:
    """Days and clocks on the wall of a zone; without a clock whole days are meant, the last one included."""

    zone: str
    day: date
    clock: time | None = None
    last_day: date | None = None  # None: the same day
    last_clock: time | None = None
    fold: int = 0

    @property
    def is_whole_days(self):
        return self.clock is None

    @property
    def end_day(self):
        return self.last_day or self.day

    @property
    def starts_at(self):
        """The first moment of it, in UTC."""
        return moment(self.day, self.clock or time(0), self.zone, self.fold)

    @property
    def ends_at(self):
        """The moment at which it ends; None when nobody said (of whole days: the midnight after the last)."""
        if self.is_whole_days:
            return moment(self.end_day + timedelta(days=1), time(0), self.zone)
        if self.last_clock is None:
            return None
        end = moment(self.end_day, self.last_clock, self.zone)
        later = moment(self.end_day, self.last_clock, self.zone, 1)
        return later if end < self.starts_at <= later else end

    @property
    def over_at(self):
        """From then on it is past: its end, or the end of its last day there."""
        return self.ends_at or moment(self.end_day + timedelta(days=1), time(0), self.zone)


def of_content(content):
    """The When that an event's text tells."""
    return When(
        content["zone"],
        date.fromisoformat(content["start_day"]),
        clock_of(content.get("start_time")),
        date.fromisoformat(content["end_day"]) if content.get("end_day") else None,
        clock_of(content.get("end_time")),
        int(content.get("fold") or 0),
    )


def clock_of(text):
    return time.fromisoformat(text) if text else None


def moment(day, clock, zone, fold=0):
    """The moment in UTC; of a time that clocks leap over, as if they had not leapt."""
    return datetime.combine(day, clock, tzinfo=ZoneInfo(zone)).replace(fold=fold).astimezone(UTC)


def exists(day, clock, zone):
    """Whether the clocks there ever show this."""
    there = moment(day, clock, zone).astimezone(ZoneInfo(zone))
    return there.replace(tzinfo=None) == datetime.combine(day, clock)


def is_double(day, clock, zone):
    """Whether they show it twice."""
    return exists(day, clock, zone) and moment(day, clock, zone) != moment(day, clock, zone, 1)


# Zones


@cache
def zones():
    """Names of zones that a person may mean: 'Europe/Berlin' and 'UTC', no 'Etc/GMT+5', no 'EST5EDT'."""
    plain = {
        name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/"))
    }
    return frozenset(plain | {"UTC"})


def find_zone(words):
    """'europe/berlin' and 'Los Angeles' → the zone's name; None when no zone is called so."""
    wanted = "_".join((words or "").strip().lower().split())
    for known in (lambda name: name.lower(), lambda name: name.lower().rpartition("/")[2]):
        found = sorted(name for name in zones() if known(name) == wanted)
        if wanted and found:
            return found[0]
    return None


def zone_of_country(country):
    """The zone of a country that has but one; '' otherwise."""
    found = get_global("territory_zones").get(country, ())
    return found[0] if len(found) == 1 and found[0] in zones() else ""


def offset(moment, zone):
    """'UTC+13', 'UTC−3:30', 'UTC': how far the clocks there are ahead at that moment."""
    minutes = round(moment.astimezone(ZoneInfo(zone)).utcoffset().total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "−"
    return "UTC" if not minutes else f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def zone_words(moment, zone):
    """'Auckland time, UTC+13' in the reader's language."""
    if zone == "UTC":
        return "UTC"
    place = get_timezone_location(ZoneInfo(zone), locale=get_locale(), return_city=True)
    return _("%(place)s time, %(offset)s", place=place, offset=offset(moment, zone))


# In words, for the reader


def days_there(when, zone=None):
    """(first day, last day) on the calendar of a zone, else of the event's own; whole days are everywhere."""
    if when.is_whole_days or zone in (None, when.zone):
        last = when.end_day
        if not when.is_whole_days and when.last_clock == time(0) and last > when.day:
            last -= timedelta(days=1)  # who ends at midnight is not there on the next day
        return when.day, last
    first = when.starts_at.astimezone(ZoneInfo(zone)).date()
    end = when.ends_at
    last = (end - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date() if end else first
    return first, max(first, last)


def in_words(when, zone=None):
    """'Thursday, 3 December 2026, 23:30–01:00 (Auckland time, UTC+13)'; whole days name no zone."""
    zone = zone or when.zone
    if when.is_whole_days:
        return days_in_words(when.day, when.end_day)
    start = when.starts_at.astimezone(ZoneInfo(zone))
    end = when.ends_at.astimezone(ZoneInfo(zone)) if when.ends_at else None
    return f"{span_in_words(start, end)} ({zone_words(when.starts_at, zone)})"


def days_in_words(first, last):
    if first == last:
        return format_date(first, "full", rebase=False)
    return format_interval(first, last, "yMMMMd", locale=get_locale())


def span_in_words(start, end):
    day, clock = format_date(start, "full", rebase=False), clock_in_words(start)
    if end is None or end == start:
        return f"{day}, {clock}"
    same_day = end.date() == start.date() or end - start < timedelta(hours=12)
    if same_day:
        return f"{day}, {clock}–{clock_in_words(end)}"
    return f"{day}, {clock} – {format_date(end, 'full', rebase=False)}, {clock_in_words(end)}"


def clock_in_words(local):
    return format_time(local.replace(tzinfo=None), "short", rebase=False)
