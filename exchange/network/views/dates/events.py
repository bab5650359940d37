"""Events: the list of what is to come and what was, the calendar of a month, and the page of one."""

from calendar import Calendar
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from flask import abort, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_login import current_user

from exchange.accounts import service as accounts
from exchange.core.models import now
from exchange.core.moments import here
from exchange.core.pages import page_count, page_number
from exchange.core.web import query
from exchange.network.service import vetted
from exchange.network.service.dates import documents, times
from exchange.network.service.dates import events as service
from exchange.network.service.dates.news import latest
from exchange.network.service.partners import partners
from exchange.network.views import network
from exchange.network.views.texts import ref_id
from exchange.taxonomy import service as taxonomy

A_DAY = timedelta(days=1)


@network.get("/events")
def events():
    """What is to come; with `view=month` the calendar of a month."""
    return dates_page("upcoming")


@network.get("/events/past")
def past_events():
    """What is over: nothing moves here but by the clock."""
    return dates_page("past")


def dates_page(when):
    wish = read_wish(when)
    if wish["view"] == "month":
        return render_template("network/month.html", **month_of(wish), **choices(wish))
    find = service.past if wish["when"] == "past" else service.upcoming
    rows, total = find(wish["page"], city=wish["city"], topic=wish["topic"])
    first = (wish["page"] - 1) * service.PER_PAGE
    return render_template(
        "network/events.html",
        rows=rows,
        total=total,
        pages=page_count(total, service.PER_PAGE),
        first=first + 1,
        page_address=lambda number: address(wish, page=number),
        news=latest(per_page=3)[0] if wish["when"] != "past" and wish["page"] == 1 else [],
        **choices(wish),
    )


@network.get("/events/<ref>")
def event(ref):
    found = service.find(ref_id(ref))
    if found is None or not found.is_public:
        abort(404)
    right = service.path_of(found.public_id, found.get("title"))
    if request.path != right:
        return redirect(right + query(), 301)
    partner = vetted.find_public(partners.Partner, found.get("partner")) if found.get("partner") else None
    return render_template(
        "network/event.html",
        event=found,
        when=service.when_of(found),
        zone=times.find_zone(request.args.get("zone")),
        asked_zone=request.args.get("zone", ""),
        partner=partner,
        topics=taxonomy.topics(),
        file_names=documents.names_of(found),
        may_change=vetted.may_change(service.KIND, found, current_user),
    )


# What was asked


def read_wish(when):
    """What the address asks for; what makes no sense counts as not asked."""
    args = request.args
    city = accounts.find_city(args.get("city", "")) if args.get("city") else None
    tree = taxonomy.topics()
    return {
        "when": when,
        "view": "month" if args.get("view") == "month" and when != "past" else "list",
        "city": city,
        "topic": args.get("topic") if args.get("topic") in tree else "",
        "zone": times.find_zone(args.get("zone")),
        "page": page_number(args.get("page")),
        "month": args.get("month", ""),
        "tree": tree,
    }


def choices(wish):
    return {
        "wish": wish,
        "zone": wish["zone"],
        "topics": wish["tree"],
        "cities": service.cities_with_events(),
        "address": lambda **changes: address(wish, **changes),
        "feed": feed_address(wish),
        "may_propose": vetted.may_propose(current_user),
    }


def address(wish, **changes):
    """The address of this list with something else in it; a page is never kept."""
    kept = {
        "view": wish["view"] if wish["view"] == "month" else "",
        "city": wish["city"].slug if wish["city"] else "",
        "topic": wish["topic"],
        "zone": wish["zone"] or "",
    }
    when = changes.pop("when", wish["when"])
    page = url_for("network.past_events" if when == "past" else "network.events")
    pairs = [(name, value) for name, value in {**kept, **changes}.items() if value not in ("", None)]
    return page + (f"?{urlencode(pairs)}" if pairs else "")


def feed_address(wish):
    """The calendar of the same choice, without what calendars know themselves."""
    city = wish["city"].slug if wish["city"] else None
    return url_for("api.calendar", city=city, topic=wish["topic"] or None)


# A month


def month_of(wish):
    """The weeks of a month, each day with its events; and its neighbours."""
    first = read_month(wish["month"])
    weeks = Calendar(get_locale().first_week_day).monthdatescalendar(first.year, first.month)
    start, end = weeks[0][0], weeks[-1][-1]
    found = service.between(
        midnight(start) - A_DAY, midnight(end) + 2 * A_DAY, city=wish["city"], topic=wish["topic"]
    )
    on_days = by_day(found, wish["zone"], start, end)
    return {
        "month": first,
        "weeks": [[(day, on_days.get(day, [])) for day in week] for week in weeks],
        "today": here(now()).date(),
        "earlier": turned(first, -1),
        "later": turned(first, 1),
        "count": len(
            {one.id for week in weeks for day in week for one in on_days.get(day, []) if is_in(day, first)}
        ),
    }


def is_in(day, month):
    return (day.year, day.month) == (month.year, month.month)


def by_day(found, zone, start, end):
    """Day → the events on it, by the clocks of a zone, else each by those where it is; from start to end."""
    days = {}
    for one in found:
        first, last = times.days_there(service.when_of(one), zone)
        first, last = max(first, start), min(last, end)
        for number in range((last - first).days + 1):
            days.setdefault(first + number * A_DAY, []).append(one)
    return days


def read_month(text):
    """'2026-12' as its first day; this month when it is none."""
    try:
        found = datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        found = None
    if found is None or not 1900 <= found.year <= 2100:
        return here(now()).date().replace(day=1)
    return found


def turned(first, by):
    """'2027-01': the month after or before; None at the end of the calendar."""
    months = first.year * 12 + first.month - 1 + by
    year, month = divmod(months, 12)
    return f"{year:04}-{month + 1:02}" if 1900 <= year <= 2100 else None


def midnight(day):
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
