"""One step of a case as a page: its questions, and what stands around each."""

from dataclasses import dataclass, field

from flask import render_template
from flask_babel import gettext as _

from exchange.moderation import compare
from exchange.moderation.forms import kinds, writing
from exchange.moderation.views.standing import readiness, steps
from exchange.moderation.views.texts import remarks_on
from exchange.practices import media, schema
from exchange.taxonomy import service as taxonomy


@dataclass
class Question:
    """One field on the page, with all that stands around it."""

    field: schema.Field
    bound: object
    guide: tuple = ()
    reason: tuple = ()
    comments: list = field(default_factory=list)
    theirs: list = field(default_factory=list)
    is_disputed: bool = False
    is_undecided: bool = False


def step_page(practice, revision, form, problems=None, disputed=(), undecided=()):
    review, comments = remarks_on(revision)
    listed = [problem for ones in (problems or {}).values() for problem in ones]
    place = schema.STEPS.index(form.step)
    return render_template(
        "moderation/write.html",
        practice=practice,
        revision=revision,
        form=form,
        number=place + 1,
        blocks=blocks(
            question(form, one, revision, comments, disputed, undecided) for one in form.step.fields
        ),
        problems=listed,
        disputed=disputed,
        undecided=undecided,
        rail=steps(practice, revision, form.step.slug, len(listed), comments),
        ready=readiness(practice, revision),
        review=review,
        comments=comments,
        files=media.of(practice) if form.rows_with_files() else {},
        language_names=[choice.label for choice in kinds.language_choices()],
    )


def blocks(questions):
    """Questions that stand together: a new block begins with what has rows, guidance or comments."""
    found = []
    for one in questions:
        after_rows = bool(found) and found[-1][-1].field.has_rows
        if not found or after_rows or one.field.has_rows or one.guide or one.comments:
            found.append([])
        found[-1].append(one)
    return found


def question(form, one, revision, comments, disputed, undecided):
    return Question(
        one,
        form[one.name],
        writing.GUIDANCE.get(one.name, ()),
        [form[name] for name in writing.reason_names(one)] if writing.takes_reason(one) else (),
        [comment for comment in comments if comment.field == one.name],
        in_words(one, *told_now(revision, one)) if one.name in disputed else [],
        one.name in disputed,
        one.name in undecided,
    )


def told_now(revision, one):
    return revision.get(one.name, None), revision.missing.get(one.name)


def in_words(one, told, reason):
    """An answer as paragraphs to read: a list of texts."""
    topics = taxonomy.topics() if one.kind == "topics" else {}
    if not told:
        return [str(schema.REASONS.get(reason["reason"], "")), reason.get("why", "")] if reason else []
    if not one.has_rows:
        return [compare.said(one, told, topics)]
    return ["\n".join(row_in_words(one, row)) for row in told]


def row_in_words(one, row):
    for part in one.parts:
        if said := compare.said(part, row.get(part.name), {}):
            yield _("%(question)s: %(answer)s", question=part.label, answer=said)
