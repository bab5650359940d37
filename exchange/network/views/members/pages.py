"""Who holds which office, today and on any other day."""

from flask import render_template, request
from flask_babel import gettext as _

from exchange.core.models import now
from exchange.network.service.members import offices as service
from exchange.network.service.members import partial
from exchange.network.views import network


@network.get("/offices")
def offices():
    asked = (request.args.get("on") or "").strip()
    day, problem = day_of(asked)
    terms = service.every_term()
    before, after = service.neighbours(terms, day)
    page = render_template(
        "network/offices.html",
        day=day,
        asked=asked or day.isoformat(),
        problem=problem,
        is_today=day == now().date(),
        held=service.by_office(service.holders(day)),
        before=before,
        after=after,
        terms=service.by_office(terms),
        presidents=service.presidents(terms),
        office_names=service.OFFICE_NAMES,
    )
    return page, 400 if problem else 200


def day_of(asked):
    """(day, what is wrong with what was asked); without a question, or with a wrong one, today."""
    if not asked:
        return now().date(), ""
    day = partial.whole_day(asked)
    if day is None:
        return now().date(), _("Write a day like 2019-06-01. Below stands who holds the offices today.")
    return day, ""
