"""The Atom feed of a question (RFC 4287), in pages that follow each other (RFC 5005)."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlencode

from flask import render_template, request
from flask_babel import gettext as _
from sqlalchemy import func, select

from exchange.api import facts
from exchange.core.models import db
from exchange.practices.models import Revision
from exchange.search import service as search

PER_PAGE = 50
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    case: object  # search.service.FoundCase
    author: str
    updated: datetime


def as_atom(query):
    """One page of it, the newest first unless the question says otherwise."""
    results = search.ask(replace(query, per_page=PER_PAGE, sort=query.sort or "newest"))
    cases = list(search.cases(results.hits, query, for_readers=True, with_words=True))
    entries = entries_of(cases, query.language)
    yield render_template(
        "api/feed.xml",
        title=title_of(query),
        query=query,
        entries=entries,
        updated=max([last_published(), *(entry.updated for entry in entries)]),
        steps=steps(query, results.pages(PER_PAGE)),
        address=address,
        stamp=stamp,
        facts=facts,
    )


def entries_of(cases, language):
    latest = latest_stamps([case.practice.id for case in cases])
    return [Entry(case, facts.author_of(case, language), updated(case, latest)) for case in cases]


def latest_stamps(practice_ids):
    """Practice id → the latest moment at which any version of it was published."""
    stamps = select(Revision.practice_id, func.max(Revision.published_at)).group_by(Revision.practice_id)
    return dict(db.session.execute(stamps.where(Revision.practice_id.in_(practice_ids))).all())


def updated(case, latest):
    """When a version, a word of the city or the translation that is shown came last. Older versions count:
    clocks are put back sometimes."""
    words = [word.at for word in case.practice.endorsements]
    words += [case.translated.translation.published_at] if case.translated else []
    return max([latest[case.practice.id], *words])


def last_published():
    """The latest stamp of all, of whatever case: no withdrawal puts the feed back."""
    return db.session.scalar(select(func.max(Revision.published_at))) or LONG_AGO


def stamp(moment):
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def title_of(query):
    return _("Practices for “%(words)s”", words=facts.one_line(query.q)) if query.q else _("Practices")


def steps(query, pages):
    """(relation, address) of the neighbouring pages."""
    found = {"first": 1, "previous": query.page - 1, "next": query.page + 1, "last": pages}
    return [
        (name, address(query, "/practices.atom", page)) for name, page in found.items() if 1 <= page <= pages
    ]


def address(query, path, page=1):
    """Where this question is answered; the language stays chosen when it was asked for."""
    pairs = query.args(page=page) + ([("hl", query.language)] if "hl" in request.args else [])
    return facts.absolute(path) + (f"?{urlencode(pairs)}" if pairs else "")
