"""When something is, in words that a page can use."""

from datetime import date

from exchange.core.markup import plain
from exchange.network.forms.fields import language_words
from exchange.network.service.dates import events, news, times


def init_app(app):
    app.jinja_env.globals.update(
        when_of=events.when_of,
        event_path=lambda event: events.path_of(event.public_id, event.get("title")),
        news_path=lambda item: news.path_of(item.public_id, item.get("title")),
        as_day=date.fromisoformat,
        is_over=events.is_over,
        language_words=language_words,
    )
    app.jinja_env.filters.update(when=times.in_words, when_day=first_day, when_clock=clocks, plain_text=plain)


def first_day(when, zone=None):
    """The day on which it begins, on the calendar of a zone."""
    return times.days_there(when, zone)[0]


def clocks(when, zone=None):
    """'23:30–01:00' or '' for whole days."""
    if when.is_whole_days:
        return ""
    zone = times.ZoneInfo(zone or when.zone)
    begin = times.clock_in_words(when.starts_at.astimezone(zone))
    return f"{begin}–{times.clock_in_words(when.ends_at.astimezone(zone))}" if when.ends_at else begin
