"""Where a case stands, in words for those who tell it: what is missing, who has it, what comes next."""

from dataclasses import dataclass, replace

from flask import url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from exchange.practices import schema


@dataclass
class Readiness:
    """What stands between a draft and the next two gates; each gap is (label, address of the field)."""

    asked: int  # answers that submitting needs
    given: int
    to_submit: list
    to_publish: list  # what publishing needs beyond that


def readiness(practice, revision):
    missing = schema.gaps(revision, "S")
    names = {gap.name for gap in missing}
    asked = len(schema.fields_for("S"))
    later = [gap for gap in schema.gaps(revision, "P") if gap.name not in names]
    return Readiness(asked, asked - len(missing), linked(practice, missing), linked(practice, later))


def linked(practice, gaps):
    return [(gap.label, address_of(practice, gap.name)) for gap in gaps]


def address_of(practice, name):
    step = schema.STEP_OF.get(name, schema.STEP_SLUGS[0])
    return url_for("moderation.write", public_id=practice.public_id, step=step, _anchor=name)


def steps(practice, revision, current=None, problems=0, comments=()):
    """The rail: (slug, title, address, note, whether the note is bad) of each step."""
    missing = [schema.STEP_OF[gap.name] for gap in schema.gaps(revision, "S")]
    wanted = [schema.STEP_OF[gap.name] for gap in schema.gaps(revision, "P")]
    remarks = [schema.STEP_OF.get(comment.field) for comment in comments]
    return [
        (
            step.slug,
            step.title,
            url_for("moderation.write", public_id=practice.public_id, step=step.slug),
            ngettext("%(num)s to fix", "%(num)s to fix", problems)
            if problems and step.slug == current
            else step_note(
                step, revision, *(places.count(step.slug) for places in (remarks, missing, wanted))
            ),
            bool(problems) and step.slug == current,
        )
        for step in schema.STEPS
    ]


def step_note(step, revision, remarks, missing, wanted):
    if missing:
        return ngettext("%(num)s missing", "%(num)s missing", missing)
    if remarks:
        return ngettext("%(num)s comment", "%(num)s comments", remarks)
    begun = any(revision.get(one.name, None) for one in step.fields)
    return _("done") if begun and not wanted else ""


@dataclass
class Standing:
    """One case as its author sees it: what is so, and what comes next (a text and perhaps an address)."""

    what: str
    next: str
    href: str = ""
    state: str = ""


def standing(practice, revision, review=None):
    """Where this text stands. `review` is the latest review of the practice, or None."""
    if practice.visibility == "tombstone":
        return Standing(
            _("It was withdrawn; its address shows the reason."), _("There is nothing left to do.")
        )
    found = STANDINGS[revision.state](practice, revision, review)
    return replace(found, state=found.state or revision.state)


def drafted(practice, revision, review):
    ready = readiness(practice, revision)
    back = review is not None and review.decision and review.revision_id in (revision.id, revision.parent_id)
    what = came_back(review) if back else saved(revision)
    asked = back and review.decision.verdict == "request_changes"
    state = "changes_requested" if asked else "draft"
    if ready.to_submit:
        count = len(ready.to_submit)
        words = ngettext(
            "%(num)s answer is missing before it can be submitted.",
            "%(num)s answers are missing before it can be submitted.",
            count,
        )
        return Standing(what, words, ready.to_submit[0][1], state)
    href = url_for("moderation.submission", public_id=practice.public_id)
    return Standing(what, _("It can be submitted."), href, state)


def came_back(review):
    day = format_date(review.decision.at, "long")
    if review.decision.verdict == "request_changes":
        return _("A moderator asked for changes on %(day)s.", day=day)
    if review.decision.verdict == "withdraw":
        return _("You took it back on %(day)s.", day=day)
    return _("It was opened again after the decision of %(day)s.", day=day)


def saved(revision):
    return _("Saved on %(day)s.", day=format_date(revision.saved_at, "long"))


def submitted(practice, revision, review):
    return Standing(
        _("Submitted on %(day)s.", day=format_date(revision.submitted_at, "long")), expected(review)
    )


def in_review(practice, revision, review):
    if review is None or review.reviewer is None:
        return submitted(practice, revision, review)
    what = _("%(name)s is reading it.", name=review.reviewer.name)
    return Standing(what, expected(review))


def expected(review):
    if review is None or review.due_at is None:
        return _("A moderator takes it next.")
    return _("Expect an answer by %(day)s.", day=format_date(review.due_at, "long"))


def approved(practice, revision, review):
    return Standing(_("Approved."), _("A moderator publishes it next."))


def published(practice, revision, review):
    what = _("Public since %(day)s.", day=format_date(revision.published_at, "long"))
    if practice.withdrawal_asked:
        return Standing(what, _("You asked to withdraw it; a moderator decides."))
    return Standing(what, _("Write a new version when something has changed."))


def rejected(practice, revision, review):
    day = format_date(review.decision.at, "long") if review and review.decision else ""
    return Standing(_("Rejected on %(day)s, with a reason.", day=day), after_rejection(review))


def after_rejection(review):
    if review is None or review.appeal is None:
        return _("The lead author may appeal once.")
    if review.appeal.review_id != review.id:
        return _("Nothing is deleted. The one appeal was answered before.")
    if review.appeal.outcome == "upheld":
        return _("The appeal was answered: the decision stands.")
    return _("The appeal waits for a coordinator.")


def left_behind(practice, revision, review):
    return Standing(_("A newer text has taken its place."), _("Nothing to do here."))


STANDINGS = {
    "draft": drafted,
    "submitted": submitted,
    "in_review": in_review,
    "changes_requested": left_behind,
    "approved": approved,
    "published": published,
    "superseded": left_behind,
    "rejected": rejected,
}
