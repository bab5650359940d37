"""What is kept while a reviewer reads: what she types, and that she has read this text."""

from flask import jsonify, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.config import LANGUAGES
from exchange.core.models import db
from exchange.core.web import notice, wants_json
from exchange.moderation import service
from exchange.moderation.forms import desk as forms
from exchange.moderation.views import moderation
from exchange.moderation.views.refusals import REFUSALS, explained
from exchange.moderation.views.review.page import (
    REVIEW,
    done,
    fill_choices,
    find_review,
    noted_elsewhere,
    refused,
    review_page,
    typed_in,
)
from exchange.practices.service import Changed


@moderation.post(REVIEW + "/notes")
def notes(id):
    """Keep what was typed; with do=canned the standard reason goes into the words to the authors."""
    found = find_review(id)
    form = fill_choices(forms.JudgementForm())
    if not form.validate():
        return not_kept(found, form)
    try:
        note = service.keep_note(found, current_user, *to_keep(found, form), form.base.data)
    except Changed:
        return elsewhere(id, form)
    except REFUSALS as error:
        return too_late(id, form, error)
    db.session.commit()
    if wants_json():
        return jsonify(saved=True, base=service.base_of_note(note), message=_("Saved."))
    notice(_("Saved. Only reviewers see it."))
    return redirect(url_for("moderation.review", id=id, _anchor="decision-words"), 303)


def to_keep(review, form):
    """(notes, controls of the decision); who was not asked for a decision leaves it as it was."""
    words, typed = typed_in(form)
    if "reason" not in typed:
        note = service.note_of(review, current_user)
        return words, note.typed if note else {}
    if request.form.get("do") == "canned" and (canned := service.find_reason(form.canned.data or "")):
        typed["reason"] = [begun_with(canned.text(language_of_authors(review)), form.reason.data)]
    return words, typed


def begun_with(canned, typed):
    """A standard reason, and beneath it what was typed already; put in twice, it stands there once."""
    return typed if canned in (typed or "") else "\n\n".join(filter(None, (canned, typed)))


def language_of_authors(review):
    """The one that the lead author reads; else that of the case."""
    lead, written = review.practice.lead, review.revision.language.partition("-")[0]
    known = [code for code in (lead.language if lead else None, written) if code in LANGUAGES]
    return known[0] if known else "en"


def not_kept(review, form):
    if wants_json():
        field = next(field for field in form if field.errors)
        words = _("%(label)s: %(error)s", label=field.label.text, error=" ".join(map(str, field.errors)))
        return jsonify(saved=False, message=words), 422
    return review_page(review, 422, decision=form)


def elsewhere(id, form):
    if wants_json():
        db.session.rollback()
        return jsonify(saved=False, message=_("Another window has kept something else meanwhile.")), 409
    return noted_elsewhere(id, form)


def too_late(id, form, error):
    if wants_json():
        db.session.rollback()
        status, sentence = explained(error)
        return jsonify(saved=False, message=str(sentence)), status
    return refused(id, error, decision=form)


@moderation.post(REVIEW + "/reading")
def reading(id):
    """She has read the text as it stands: what comes later is compared with it."""
    found = find_review(id)
    try:
        service.read(found, current_user, request.form.get("seen_hash"))
    except REFUSALS as error:
        return refused(id, error)
    return done(found, _("You will be shown what changes from here on."))
