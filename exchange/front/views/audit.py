"""The audit, for coordinators and administrators: asked by case, person, act and time; page and file."""

import json
from datetime import UTC, date, datetime, time, timedelta

from flask import Response, render_template, request, stream_with_context, url_for
from flask_login import current_user

from exchange.accounts import service as accounts
from exchange.core.cells import BOM, line_writer
from exchange.core.forms import tidy
from exchange.core.models import now
from exchange.core.pages import page_count, page_number
from exchange.core.web import require
from exchange.front import queries
from exchange.front.acts import ACTS
from exchange.front.views import front

ASKED = ("case", "person", "act", "from", "to")
COLUMNS = ("at", "act", "subject", "by_id", "by", "details")
LONGEST = 100
SAID = ("reason", "number", "role", "kind", "name", "until", "at", "city", "fields")  # of a line's details


@front.get("/audit")
def audit():
    require(is_allowed())
    wishes = read_wishes()
    lines, total, page = accounts.audit_page(question_of(wishes), page_number(request.args.get("page")))
    first = (page - 1) * accounts.AUDIT_PAGE + 1
    return render_template(
        "front/audit.html",
        wishes=wishes,
        acts=sorted(ACTS.items(), key=lambda pair: str(pair[1]).casefold()),
        rows=[(line, name, told_of(line.details)) for line, name in lines],
        titles=queries.titles_of({line.subject for line, _name in lines}),
        names=queries.names_of({line.subject for line, _name in lines}),
        total=total,
        page=page,
        pages=page_count(total, accounts.AUDIT_PAGE),
        first=first if lines else 0,
        last=first + len(lines) - 1 if lines else 0,
        address=lambda **changed: url_for("front.audit", **{**wishes, **changed}),
        file_address=url_for("front.audit_file", **wishes),
    )


@front.get("/audit.csv")
def audit_file():
    """The whole answer to the same question, streamed."""
    require(is_allowed())
    response = Response(
        stream_with_context(as_csv(question_of(read_wishes()))),
        content_type="text/csv; charset=utf-8; header=present",
    )
    response.headers["Content-Disposition"] = f'attachment; filename="audit-{now().date().isoformat()}.csv"'
    return response


def is_allowed():
    return current_user.is_authenticated and (current_user.is_coordinator or current_user.is_admin)


def read_wishes():
    """What the address asks for, by name; what is empty or no day is left out."""
    said = {name: (tidy(request.args.get(name)) or "")[:LONGEST] for name in ASKED}
    return {
        name: words
        for name, words in said.items()
        if words and (name not in ("from", "to") or day_of(words) is not None)
    }


def question_of(wishes):
    since, until = day_of(wishes.get("from")), day_of(wishes.get("to"))
    return accounts.AuditQuestion(
        case=wishes.get("case", ""),
        person=wishes.get("person", ""),
        act=wishes.get("act", ""),
        since=midnight(since) if since else None,
        until=midnight(until + timedelta(days=1)) if until else None,
    )


def day_of(words):
    """A day like 2026-12-03, or None. Its year has a day after it."""
    try:
        found = date.fromisoformat(words or "")
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2999 else None


def midnight(day):
    return datetime.combine(day, time(0), tzinfo=UTC)


def told_of(details):
    """What a person reads of the details of a line: words and numbers, no ids."""
    said = [details[name] for name in SAID if details.get(name)]
    return " · ".join(", ".join(map(str, one)) if isinstance(one, list) else str(one) for one in said)


def as_csv(question):
    write = line_writer()
    yield BOM + write(COLUMNS)
    for at, act, subject, by_id, name, details in accounts.every_line(question):
        words = json.dumps(details, ensure_ascii=False, sort_keys=True)
        yield write([at.astimezone(UTC).isoformat(), act, subject, by_id, name, words])
