"""Dates, news and partners for machines: iCalendar, Atom, JSON."""

from flask import Response, abort, current_app, render_template, request
from flask_babel import gettext as _

from exchange.accounts import service as accounts
from exchange.api import icalendar
from exchange.api.facts import absolute
from exchange.api.feeds import LONG_AGO, stamp
from exchange.api.views import api, disposition
from exchange.core import i18n
from exchange.core.markup import plain, render
from exchange.core.pages import page_number
from exchange.network.service.dates import events, news, times
from exchange.network.service.partners import partners
from exchange.network.service.positions import positions
from exchange.taxonomy import service as taxonomy

CALENDAR = "text/calendar; charset=utf-8"
MOST_NEWS = 50


@api.get("/events.ics")
def calendar():
    """All of it, of one city, of one topic: what is to come, and the last year."""
    city, topic = wanted()
    found = events.for_calendars(city=city, topic=topic)
    response = Response(written(found, name_of(city, topic)), content_type=CALENDAR)
    response.headers["Content-Disposition"] = 'inline; filename="dates.ics"'
    return response


@api.get("/events/<ref>.ics")
def calendar_of_one(ref):
    found = events.find(ref.partition("-")[0])
    if found is None or not found.is_public:
        abort(404)
    response = Response(written([found], found.get("title")), content_type=CALENDAR)
    response.headers["Content-Disposition"] = disposition(found.get("title"), "ics")
    return response


@api.get("/events.json")
def events_json():
    """As the calendar, with everything that the pages say."""
    city, topic = wanted()
    tree = taxonomy.topics()
    return {"items": [event_item(one, tree) for one in events.for_calendars(city=city, topic=topic)]}


@api.get("/partners.json")
def partners_json():
    rows, total = partners.public(page=read_page())
    return {"total": total, "items": [partner_item(one) for one in rows]}


@api.get("/positions.json")
def positions_json():
    rows, total = positions.public(page=read_page())
    return {"total": total, "items": [position_item(one) for one in rows]}


@api.get("/news.atom")
def news_feed():
    topic = read_topic()
    rows, _total = news.latest(topic=topic, per_page=MOST_NEWS)
    feed = render_template(
        "api/news.xml",
        rows=rows,
        topics=taxonomy.topics(),
        topic=topic,
        updated=news.last_change() or LONG_AGO,
        absolute=absolute,
        path=lambda item: news.path_of(item.public_id, item.get("title")),
        plain=plain,
        as_text=lambda text: str(render(text)),  # a feed holds HTML as text
        stamp=stamp,
    )
    return Response(feed, content_type="application/atom+xml; charset=utf-8")


# What was asked


def wanted():
    """(city or None, topic or ''); an unknown city or topic is a wrong address."""
    city = None
    if request.args.get("city"):
        city = accounts.find_city(request.args["city"]) or abort(404)
    return city, read_topic()


def read_topic():
    topic = request.args.get("topic", "")
    if topic and topic not in taxonomy.topics():
        abort(404)
    return topic


def read_page():
    return page_number(request.args.get("page"))


def name_of(city, topic):
    site = current_app.config["SETTINGS"].site_name
    about = [city.label(i18n.language())] if city else []
    about += [taxonomy.topics()[topic].label(i18n.language())] if topic else []
    return f"{site} – {', '.join(about)}" if about else f"{site} – {_('Events')}"


# Written down


def written(found, name):
    tree = taxonomy.topics()
    return icalendar.calendar(name, [calendar_entry(one, tree) for one in found], i18n.language())


def calendar_entry(event, tree):
    when = events.when_of(event)
    return {
        "uid": event.uid,
        "changed_at": event.changed_at,
        "sequence": event.sequence,
        "when": when,
        "title": event.get("title"),
        "language": event.get("language"),
        "description": description_of(event, when),
        "place": place_of(event),
        "url": absolute(events.path_of(event.public_id, event.get("title"))),
        "categories": [tree[slug].label(i18n.language()) for slug in event.get("topics", []) if slug in tree],
        "cancelled": event.get("cancelled", False),
    }


def description_of(event, when):
    """What it is about, then how its own clocks tell the time, which UTC does not say."""
    parts = [plain(event.get("summary"))]
    if not when.is_whole_days:
        parts.append(times.in_words(when))
    parts += [event.get(name) for name in ("registration", "link")]
    return "\n".join(part for part in parts if part)


def place_of(event):
    city = event.city.label(i18n.language()) if event.city else ""
    place = event.get("place")
    return ", ".join(part for part in (place, "" if city in place else city) if part) or event.get("link")


def event_item(event, tree):
    when = events.when_of(event)
    names = ("title", "language", "summary", "place", "link", "registration", "outcome", "zone", "source")
    return {
        "id": event.public_id,
        "uid": event.uid,
        "url": absolute(events.path_of(event.public_id, event.get("title"))),
        **{name: event.get(name) for name in names},
        "start": when.day.isoformat() if when.is_whole_days else when.starts_at.isoformat(),
        "end": when.end_day.isoformat() if when.is_whole_days else when.ends_at and when.ends_at.isoformat(),
        "whole_days": when.is_whole_days,
        "is_over": events.is_over(event),
        "cancelled": event.get("cancelled", False),
        "city": event.city.slug if event.city else None,
        "partner": event.get("partner", None),
        "languages": event.get("languages", []),
        "topics": [slug for slug in event.get("topics", []) if slug in tree],
        "links": event.get("links", []),
        "is_demonstration": event.is_demonstration,
    }


def partner_item(partner):
    names = ("kind", "website", "source")
    return {
        "id": partner.public_id,
        "name": partner.name,
        "url": absolute(partners.path_of(partner.public_id)),
        **{name: partner.get(name) for name in names},
        "about": partner.get("about", {}),
        **{name: partner.get(name, []) for name in ("programmes", "links", "practices", "topics")},
        "is_demonstration": partner.is_demonstration,
    }


def position_item(position):
    names = ("title", "language", "addressee", "text", "outcome", "others", "source")
    return {
        "id": position.public_id,
        "url": absolute(positions.path_of(position.public_id, position.get("title"))),
        "date": position.day,
        **{name: position.get(name) for name in names},
        "topics": position.get("topics", []),
        "signatories": [
            {"city": row.city.slug, "these_words": row.words_hash == position.words_hash}
            for row in position.signatures
        ],
        "is_demonstration": position.is_demonstration,
    }
