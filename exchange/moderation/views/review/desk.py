"""The desk: what waits for those who review, as a list."""

from dataclasses import dataclass, replace

from flask import render_template, request, url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core import i18n
from exchange.core.forms import one_line
from exchange.core.models import now
from exchange.core.pages import page_count, page_number
from exchange.core.web import require
from exchange.moderation import queries, service, translations
from exchange.moderation.forms.desk import BulkForm
from exchange.moderation.models import Review
from exchange.moderation.views import moderation
from exchange.practices import schema
from exchange.taxonomy import service as taxonomy


@moderation.get("/review")
def desk():
    require(current_user.is_authenticated and current_user.may_review)
    return desk_page()


def desk_page(status=200, bulk=None, problem="", left=(), ticked=(), go_on=None):
    """The list. `bulk` is the form for many at once; `left` are (review, why) that it did not deal with.

    `go_on`: how many are to go, when it deals with all that match.
    """
    topics = taxonomy.topics()
    wish = read_wish(topics)
    counts = queries.counts(current_user, wish)
    pages = page_count(counts[wish.tab], wish.page_size)
    wish = replace(wish, page=min(wish.page, pages))
    rows = desk_rows(queries.page(current_user, wish), topics)
    page = render_template(
        "moderation/desk.html",
        wish=wish,
        topic=request.values.get("topic", "") if wish.topics else "",
        counts=counts,
        pages=pages,
        first=(wish.page - 1) * wish.page_size + 1,
        rows=rows,
        roots=[topic for topic in topics.values() if topic.parent is None],
        cities=queries.cities_on_desk(current_user),
        withdrawals=queries.asked_withdrawals(current_user),
        evaluations=service.proposed_evaluations(current_user),
        translations=translations.count(current_user) if current_user.is_moderator else 0,
        appeals=queries.open_appeals(current_user),
        address=desk_address,
        page_address=lambda number: desk_address(page=number),
        bulk=bulk or BulkForm(formdata=None),
        problem=problem,
        left=left,
        ticked=ticked,
        go_on=go_on,
        matching=queries.count_imports(current_user, wish) if any(row.can_tick for row in rows) else (0, 0),
        tick_all=request.args.get("tick") == "all",
    )
    return page, status


def read_wish(topics):
    """What the address asks for; what makes no sense is left out."""
    args = request.values
    return queries.Wish(
        tab=args["tab"] if args.get("tab") in queries.TABS else "all",
        topics=tuple(slug for slug, topic in topics.items() if args.get("topic") in (slug, topic.root)),
        city=one_line(args.get("city", "")),
        sort=args["sort"] if args.get("sort") in queries.SORTS else "due",
        page=page_number(args.get("page")),
        q=one_line(args.get("q", ""))[:100],
    )


def desk_address(**changed):
    """The address of the desk as it is now, with some of its questions changed; the page starts anew."""
    kept = {name: request.values.get(name) for name in ("tab", "topic", "city", "sort", "q")}
    return url_for("moderation.desk", **{name: value for name, value in {**kept, **changed}.items() if value})


@dataclass(frozen=True)
class DeskRow:
    review: Review
    title: str
    language: str
    version: str
    place: str
    topic: object  # Topic, or None
    age: str
    due: str
    due_kind: str  # bad, warn or ''
    flags: list  # (whether it warns, sentence)
    can_take: bool
    can_tick: bool  # an imported case, to be dealt with among many


def desk_rows(reviews, topics):
    if not reviews:
        return []
    remarks, versions = queries.open_remarks(reviews), queries.versions(reviews)
    read = queries.read_before(reviews, current_user)
    return [
        desk_row(
            review,
            topics,
            versions.get(review.practice_id, 0),
            flags_of(review, remarks.get(review.id, 0), read.get(review.practice_id)),
        )
        for review in reviews
    ]


def desk_row(review, topics, last_version, flags):
    revision, practice = review.revision, review.practice
    due, due_kind = due_of(review)
    return DeskRow(
        review,
        revision.title,
        revision.language,
        version_of(revision, last_version),
        place_of(practice),
        topics.get(next(iter(revision.get("topics", [])), None)),
        age_of(now() - review.opened_at),
        due,
        due_kind,
        flags,
        can_take=may_take(review, practice),
        can_tick=review.closed_at is None and practice.is_imported and current_user.is_moderator,
    )


def may_take(review, practice):
    """Whether the desk offers to take it; a conflict of interest is dealt with on the review's own page."""
    free = review.closed_at is None and review.reviewer_id is None
    return free and current_user.is_moderator and not current_user.is_of(practice.city_id)


def version_of(revision, last_version):
    number = revision.number or last_version + 1
    return _("First version") if number == 1 else _("Version %(number)s", number=number)


def place_of(practice):
    language = i18n.language()
    if practice.city:
        return practice.city.label(language)
    return taxonomy.country_name(practice.country, language)


def age_of(delta):
    hours = int(delta.total_seconds() // 3600)
    if hours < 1:
        return _("just now")
    if hours < 24:
        return ngettext("1 hour", "%(num)s hours", hours)
    return ngettext("1 day", "%(num)s days", hours // 24)


def due_of(review):
    """(words, kind): how a due date is told, and whether it warns."""
    if review.due_at is None:
        return "", ""
    days = (review.due_at.date() - now().date()).days
    if review.due_at < now():
        late = max(1, -days)
        return ngettext("Overdue 1 day", "Overdue %(num)s days", late), "bad"
    if days <= 1:
        return (_("Tomorrow") if days else _("Today")), "warn"
    return format_date(review.due_at, "d MMM"), ""


def flags_of(review, open_remarks, read_hash):
    """What a reviewer should know before opening it: (warns, sentence)."""
    revision = review.revision
    if review.closed_at:
        return [
            (False, _("With the author") if revision.state == "changes_requested" else _("To be published"))
        ]
    found = [(True, sentence) for sentence in warnings_of(revision, read_hash)]
    if open_remarks:
        found.append((False, ngettext("1 open comment", "%(num)s open comments", open_remarks)))
    return found or [(False, standing_of(review.practice, revision))]


def warnings_of(revision, read_hash):
    if read_hash and read_hash != revision.content_hash:
        yield _("Text changed since you read it")
    if bare := sum(1 for medium in revision.get("media", []) if not medium.get("licence")):
        yield ngettext("Picture without licence", "%(num)s pictures without licence", bare)
    if unsourced := sum(1 for result in revision.get("results", []) if not result.get("source")):
        yield ngettext("No source for 1 figure", "No source for %(num)s figures", unsourced)


def standing_of(practice, revision):
    if practice.origin_source:
        return _("Imported from %(source)s", source=practice.origin_source)
    if missing := len(schema.gaps(revision, "P")):
        return ngettext("1 answer missing", "%(num)s answers missing", missing)
    return _("Complete")
