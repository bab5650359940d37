"""One step of a case as a page: its questions, and what stands around each."""

from dataclasses import dataclass, field

from flask import render_template
from flask_babel import gettext as _
from flask_login import current_user

from exchange.moderation import compare, queries, twins
from exchange.moderation.forms import guidance, kinds, writing
from exchange.moderation.forms.desk import RUBRIC_LABELS
from exchange.moderation.views.writing.standing import readiness, steps
from exchange.moderation.views.writing.texts import remarks_on
from exchange.practices import media, notes, schema
from exchange.taxonomy import service as taxonomy


@dataclass
class Question:
    """One field on the page, with all that stands around it."""

    field: schema.Field
    bound: object
    guide: object = None  # a Guide, or None
    reason: tuple = ()
    comments: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    theirs: list = field(default_factory=list)
    is_disputed: bool = False
    is_undecided: bool = False
    differences: compare.Answer | None = None  # what is typed here, against what stands
    takes_both: bool = False


class Typed:
    """What a form holds, to be read like a text."""

    def __init__(self, form):
        told = {one.name: form.answer(one) for one in form.step.fields}
        self.answers = {name: answer for name, (answer, _reason) in told.items()}
        self.missing = {name: reason for name, (_answer, reason) in told.items() if reason}

    def get(self, name, empty=""):
        return self.answers.get(name) or empty


def step_page(practice, revision, form, problems=None, disputed=(), undecided=()):
    review, comments = remarks_on(revision)
    listed = [problem for ones in (problems or {}).values() for problem in ones]
    place = schema.STEPS.index(form.step)
    beside = notes.of(practice)
    return render_template(
        "moderation/write.html",
        practice=practice,
        revision=revision,
        form=form,
        number=place + 1,
        blocks=blocks(
            question(form, one, revision, comments, beside, disputed, undecided) for one in form.step.fields
        ),
        takes_notes=len(practice.authors) > 1 or bool(beside),
        problems=listed,
        disputed=disputed,
        undecided=undecided,
        rail=steps(practice, revision, form.step.slug, len(listed), comments),
        ready=readiness(practice, revision),
        similar=similar_to(practice, revision, form.step),
        review=review,
        comments=comments,
        wording=[one for one in queries.wording_for_authors(practice) if one.answer is None]
        if review
        else [],
        rubric=RUBRIC_LABELS,
        files=media.of(practice) if form.rows_with_files() else None,
        language_names=[choice.label for choice in kinds.language_choices()],
    )


def similar_to(practice, revision, step):
    """Beside title, summary and topics: the cases of others that tell of the same."""
    return twins.similar(practice, revision, current_user) if step is schema.STEPS[0] else ()


def blocks(questions):
    """Questions that stand together: a new block begins with what has rows, guidance or comments."""
    found = []
    for one in questions:
        after_rows = bool(found) and found[-1][-1].field.has_rows
        if not found or after_rows or one.field.has_rows or one.guide or one.comments or one.notes:
            found.append([])
        found[-1].append(one)
    return found


def question(form, one, revision, comments, beside, disputed, undecided):
    found = Question(
        one,
        form[one.name],
        guidance.GUIDANCE.get(one.name),
        [form[name] for name in writing.reason_names(one)] if writing.takes_reason(one) else (),
        [comment for comment in comments if comment.field == one.name],
        [note for note in beside if note.field == one.name],
    )
    if one.name in disputed:
        found.is_disputed, found.is_undecided = True, one.name in undecided
        found.theirs = in_words(one, *told_now(revision, one))
        found.differences = compare.answer(Typed(form), revision, one, taxonomy.topics())
        found.takes_both = one.kind in writing.TOGETHER and bool(revision.get(one.name, None))
    return found


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
