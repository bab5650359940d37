"""Times of day as people name them: in the one zone of the network, said with every time.

Moments are kept in UTC; a time of day alone says nothing before its zone is named.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import format_datetime


def init_app(app):
    app.jinja_env.filters.update(moment=in_words)
    app.jinja_env.globals.update(zone_name=zone_name)


def zone_name():
    """'UTC', or a zone like 'Europe/Berlin'."""
    return current_app.config["SETTINGS"].time_zone


def zone():
    return ZoneInfo(zone_name())


def in_words(moment):
    """'3 December 2026, 09:00 (Europe/Berlin)'."""
    return f"{format_datetime(here(moment), 'd MMMM y, HH:mm', rebase=False)} ({zone_name()})"


def here(moment):
    """The same moment on the clocks of the network."""
    return moment.astimezone(zone())


def moment_of(day, clock):
    """The moment at which the network's clocks show this day and time; None when they never do."""
    local = datetime.combine(day, clock, tzinfo=zone())
    moment = local.astimezone(UTC)
    shown = moment.astimezone(zone())
    return moment if shown.replace(tzinfo=None) == local.replace(tzinfo=None) else None
