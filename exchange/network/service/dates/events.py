"""Events: proposed, read by a moderator, upcoming, and past by date alone. The caller commits."""

from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from exchange.accounts import service as accounts
from exchange.accounts.models import City
from exchange.core.models import db, now
from exchange.network.models.dates import Event
from exchange.network.service import vetted, vetting
from exchange.network.service.dates import times
from exchange.practices.service import NotAllowed

KIND = "event"
PER_PAGE = 20
KEPT_IN_CALENDARS = timedelta(days=366)  # how long the feed still holds what is past
MOST = 1000  # in a feed or on one sheet of the calendar
EMPTY = {
    "title": "",
    "language": "en",
    "summary": "",
    "start_day": "",
    "start_time": "",
    "end_day": "",
    "end_time": "",
    "fold": 0,
    "zone": "UTC",
    "city": "",
    "partner": "",
    "place": "",
    "link": "",
    "languages": [],
    "topics": [],
    "registration": "",
    "cancelled": False,
    "outcome": "",
    "documents": [],  # {file, name}: kept here
    "links": [],  # {name, address}: kept elsewhere
    "source": "",
}
MOVING = (
    "start_day",
    "start_time",
    "end_day",
    "end_time",
    "fold",
    "zone",
    "place",
    "link",
    "city",
    "cancelled",
)


def propose(content, by, event=None, base=None, code=""):
    """(event, VettedText or None). Raises NotAllowed, or vetting.Meanwhile when it was changed meanwhile."""
    if not vetted.may_propose(by):
        raise NotAllowed("officials, editors of partners and moderators propose dates")
    if event is None:
        event, _is_new = vetted.begin(Event, by, code)
    if not vetted.may_change(KIND, event, by):
        raise NotAllowed("whoever belongs to an event changes it")
    content = {**EMPTY, **content}
    times.of_content(content)  # nonsense is refused here, not when a moderator lets it through
    return event, vetting.propose(KIND, event.public_id, content, by, base)


def publish(public_id, content, _text):
    event = find(public_id)
    when = times.of_content(content)
    if event.published_at and any(event.content.get(name) != content[name] for name in MOVING):
        event.sequence += 1
    event.starts_at, event.over_at = when.starts_at, when.over_at
    vetted.fill(event, KIND, content)
    event.city = accounts.find_city(content["city"]) if content["city"] else None
    event.city_id = event.city.id if event.city else None


def hide(public_id):
    vetted.empty(find(public_id), KIND)


# Looking up


def find(public_id):
    return vetted.find(Event, public_id)


def upcoming(page=1, **wanted):
    """([Event], how many in all) that are not over, the next first."""
    return sheet(question(Event.over_at > now(), **wanted), (Event.starts_at, Event.id), page)


def past(page=1, **wanted):
    """([Event], how many in all) that are over, the latest first."""
    return sheet(question(Event.over_at <= now(), **wanted), (Event.starts_at.desc(), Event.id.desc()), page)


def between(first, last, **wanted):
    """Those that touch the stretch of time, in order."""
    those = question(Event.starts_at < last, Event.over_at > first, **wanted)
    return db.session.scalars(those.order_by(Event.starts_at, Event.id).limit(MOST)).all()


def next_ones(limit):
    """What is on next, nothing that was called off."""
    those = question(Event.over_at > now()).order_by(Event.starts_at, Event.id).limit(limit * 3)
    return [event for event in db.session.scalars(those) if not event.get("cancelled")][:limit]


def of_city(city, limit=3):
    """(the next ones, the latest that are over) of a city."""
    ahead = question(Event.over_at > now(), city=city).order_by(Event.starts_at, Event.id)
    over = question(Event.over_at <= now(), city=city).order_by(Event.starts_at.desc(), Event.id.desc())
    return tuple(db.session.scalars(those.limit(limit)).all() for those in (ahead, over))


def for_calendars(**wanted):
    """What a calendar that somebody keeps shall hold: what is to come, and what was in the last year."""
    those = question(Event.over_at > now() - KEPT_IN_CALENDARS, **wanted)
    return db.session.scalars(those.order_by(Event.starts_at, Event.id).limit(MOST)).all()


def question(*conditions, city=None, topic=""):
    those = select(Event).where(Event.shown(), *conditions)
    if city is not None:
        those = those.where(Event.city_id == city.id)
    return those.where(vetted.about(KIND, Event, topic)) if topic else those


def sheet(those, order, page):
    total = db.session.scalar(select(func.count()).select_from(those.order_by(None).subquery()))
    rows = db.session.scalars(those.order_by(*order).limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
    return rows, total


def cities_with_events():
    """The cities that host a public event, for a choice."""
    ids = select(Event.city_id).where(Event.shown(), Event.city_id.is_not(None))
    return db.session.scalars(select(City).where(City.id.in_(ids)).order_by(City.name)).all()


def is_over(event):
    return event.over_at <= now()


def when_of(event):
    return times.of_content(event.content)


def path_of(public_id, title):
    return vetted.path("events", public_id, title)


# For moderators


def lines(content):
    when = times.in_words(times.of_content(content))
    words = {
        _l("Title"): content["title"],
        _l("When"): when,
        _l("Zone"): content["zone"],
        _l("Called off"): _l("Yes") if content["cancelled"] else "",
        _l("Host city"): vetted.city_words(content["city"]),
        _l("Partner"): vetted.partner_words(content["partner"]),
        _l("Place"): content["place"],
        _l("Link"): content["link"],
        _l("Registration"): content["registration"],
        _l("Topics"): vetted.topic_words(content["topics"]),
        _l("Languages"): ", ".join(content["languages"]),
        _l("Documents"): vetted.linked(content["documents"], "name"),
        _l("Documents elsewhere"): vetted.linked(content["links"], "name", "address"),
        _l("Source"): content["source"],
    }
    short = [vetting.Line(label, str(told)) for label, told in words.items()]
    long = [
        vetting.Line(_l("What it is about"), content["summary"], is_long=True),
        vetting.Line(_l("Outcome"), content["outcome"], is_long=True),
    ]
    return [*short[:3], *long, *short[3:]]


vetting.register(
    vetting.Kind(
        KIND,
        _l("Event"),
        publish=publish,
        hide=hide,
        title=lambda content: content["title"],
        lines=lines,
        path=lambda thing, content: path_of(thing, content["title"]),
        edit_path=lambda thing: f"/events/{thing}/edit",
    )
)
