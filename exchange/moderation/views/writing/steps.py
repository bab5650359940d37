"""The seven steps of a case: what was typed is stored, and answered."""

from flask import jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core.forms import tidy
from exchange.core.models import db
from exchange.core.web import notice, wants_json
from exchange.moderation.forms import kinds, writing
from exchange.moderation.views import moderation
from exchange.moderation.views.links.asking import decide_beside
from exchange.moderation.views.writing.conflict import both_texts, too_late
from exchange.moderation.views.writing.standing import readiness
from exchange.moderation.views.writing.step import similar_to, step_page, told_now
from exchange.moderation.views.writing.texts import CASE, find, standing_page, step_address
from exchange.practices import media, notes, schema
from exchange.practices import service as practices
from exchange.practices.service import Changed, NotAllowed

STEP = CASE + f"/<any({', '.join(map(repr, schema.STEP_SLUGS))}):step>"
READERS = {"media": media.read_image, "documents": media.read_document}


@moderation.get(STEP)
def write(public_id, step):
    practice, revision = find(public_id)
    if revision.state != "draft":
        return standing_page(practice, revision)
    return step_page(practice, revision, writing.step_form(schema.find_step(step), revision, formdata=None))


@moderation.post(STEP)
def save(public_id, step):
    """Store what is well-formed, whatever else is wrong; then go on, stay, or show what to put right."""
    practice, revision = find(public_id)
    take_notes(practice)
    form = writing.step_form(schema.find_step(step), revision)
    put_together(form, revision)
    form.validate()
    if revision.state != "draft":
        return too_late(practice, revision, form)
    receive_files(form, practice)
    if undecided := fields_undecided():
        return both_texts(practice, revision, form, undecided)
    try:
        store(form, revision)
    except Changed:
        return both_texts(practice, revision, form)
    except NotAllowed:
        return too_late(practice, revision, form)
    db.session.commit()
    return answer(practice, revision, form)


# Notes to each other: none of the text's business, so they are kept whatever becomes of it


def take_notes(practice):
    """Keep what was typed beside the fields; what is saved on the way may be half a note and waits."""
    if wants_json():
        return
    for name in schema.FIELDS:
        if words := tidy(request.form.get(f"note-{name}", ""))[: notes.LONGEST]:
            notes.add(practice, name, words, current_user)
    if (done := request.form.get("note-done", "")) and done.isascii() and done.isdigit() and len(done) < 10:
        finish_note(practice, int(done))
    db.session.commit()


def finish_note(practice, note_id):
    note = notes.find(note_id)
    if note and note.practice_id == practice.id:
        notes.finish(note, practice, current_user)


# Files


def receive_files(form, practice):
    """Turn uploads into files of this case; what is refused is told at its row, the rest goes on."""
    forget_strange_files(form, practice)
    waiting = [(one, row) for one, row in form.rows_with_files() if row.upload.data]
    if not waiting:
        return
    db.session.rollback()  # making pictures takes seconds: others may write meanwhile
    for row, received in list(read_files(waiting)):
        try:
            row.file.data = media.keep(received, practice, current_user).id
        except media.Refused as refusal:
            kinds.complain(row.upload, refusal.args[0])


def forget_strange_files(form, practice):
    """A row may name files of this case only: those of another might not be public."""
    known = media.of(practice)
    for one, row in form.rows_with_files():
        medium = known.get(row.file.data)
        if row.file.data and not (medium and READERS[one.kind] is reader_of(medium)):
            row.file.data = ""
            kinds.complain(row.upload, _("This file is not one of this case. Choose it again."))


def reader_of(medium):
    return READERS["media" if medium.kind == "image" else "documents"]


def read_files(waiting):
    for one, row in waiting:
        try:
            yield row, READERS[one.kind](row.upload.data.stream, row.upload.data.filename)
        except media.Refused as refusal:
            kinds.complain(row.upload, refusal.args[0])


# Storing


def fields_undecided():
    """Fields that were shown in two texts and for which none was chosen."""
    made = (choices_made(whose) for whose in ("theirs", "mine", "both"))
    return set(request.form.getlist("conflict")).difference(*made)


def choices_made(whose):
    return {name for name in request.form.getlist("conflict") if request.form.get(f"choose-{name}") == whose}


def put_together(form, revision):
    """Put both texts into the fields for which that was chosen, unless a third has come, which nobody saw."""
    if request.form.get("base") == writing.base_of(form.step, revision):
        for name in choices_made("both") & {one.name for one in form.step.fields}:
            form.take_both(name, revision)


def store(form, revision):
    """Save every field that is well-formed; the others keep what stands. Raises Changed, NotAllowed."""
    practices.lock(revision)
    wrong, theirs = form.problems(), choices_made("theirs")
    answers, missing = {}, {}
    kept = form.rearranged(request.form) or form  # a row that was removed is gone, also from what is stored
    for one, _bound in form.questions():
        if one.name in wrong or one.name in theirs:
            answers[one.name], missing[one.name] = told_now(revision, one)
        else:
            answers[one.name], missing[one.name] = kept.answer(one)
    practices.save(revision, answers, missing, current_user, request.form.get("base") or "none")
    form.base.data = writing.base_of(form.step, revision)
    for name in theirs & {one.name for one in form.step.fields}:
        form.show(name, revision)


# Answering


def answer(practice, revision, form):
    """What the sender sees once their text is stored."""
    problems = form.problems()
    if wants_json():
        return autosaved(practice, revision, form, problems)
    if moved := form.rearranged(request.form):
        return step_page(practice, revision, moved)
    if wish := request.form.get("proposal"):
        return decide_beside(practice, revision, form.step, wish)
    if problems:
        return step_page(practice, revision, form, problems=problems), 422
    if both := choices_made("both"):
        notice(_("Saved. Both texts stand in the field now: shorten what is said twice."))
        return redirect(step_address(practice, form.step.slug, _anchor=sorted(both)[0]), 303)
    return go_on(practice, form.step, request.form.get("do", ""))


def autosaved(practice, revision, form, problems):
    listed = [problem for ones in problems.values() for problem in ones]
    return (
        jsonify(
            saved=not listed,
            base=form.base.data,
            message=autosave_message(listed),
            problems={where: message for where, _label, message in listed},
            similar_html=render_template(
                "moderation/_similar.html", similar=similar_to(practice, revision, form.step)
            ),
            readiness_html=render_template(
                "moderation/_readiness.html", ready=readiness(practice, revision), practice=practice
            ),
        ),
        422 if listed else 200,
    )


def autosave_message(listed):
    if not listed:
        return _("Saved.")
    _where, label, message = listed[0]
    return _("%(question)s: %(message)s The rest is saved.", question=label, message=message)


def go_on(practice, step, wish):
    place = schema.STEP_SLUGS.index(step.slug)
    if wish == "on" and step is schema.STEPS[-1]:
        return redirect(url_for("moderation.submission", public_id=practice.public_id), 303)
    notice(_("Saved."))
    place += {"on": 1, "back": -1}.get(wish, 0)
    anchor = {"_anchor": wish.partition(":")[2]} if wish.startswith("note:") else {}
    return redirect(step_address(practice, schema.STEP_SLUGS[max(0, place)], **anchor), 303)
