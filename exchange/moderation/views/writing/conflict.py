"""Two who write at once: both texts on one page, nothing overwritten, nothing lost."""

from flask import jsonify
from flask_babel import gettext as _

from exchange.core.models import db
from exchange.core.web import wants_json
from exchange.moderation.forms import writing
from exchange.moderation.views.writing.step import in_words, step_page, told_now
from exchange.moderation.views.writing.texts import LATE, standing_page
from exchange.practices import service as practices


def both_texts(practice, revision, form, undecided=()):
    """409: every field that differs, in both texts. Nothing was overwritten, nothing is lost."""
    practices.lock(revision)
    if revision.state != "draft":
        return too_late(practice, revision, form)
    wrong = form.problems()
    differing = [
        one.name
        for one in form.step.fields
        if one.name in wrong or not is_same(form.answer(one), told_now(revision, one))
    ]
    form.base.data = writing.base_of(form.step, revision)
    db.session.commit()  # the files that came along are kept
    if wants_json():
        return jsonify(saved=False, message=_("Somebody else changed this step meanwhile.")), 409
    return step_page(practice, revision, form, wrong, differing, undecided), 409


def too_late(practice, revision, form):
    """409: the text was submitted meanwhile. What was typed and is not in it is shown to be copied."""
    typed = [
        (one.label, in_words(one, *form.answer(one)))
        for one in form.step.fields
        if not is_same(form.answer(one), told_now(revision, one))
    ]
    db.session.rollback()
    if wants_json():
        return jsonify(saved=False, message=str(LATE)), 409
    return standing_page(practice, revision, typed), 409


def is_same(mine, theirs):
    return (mine[0] or None, mine[1]) == (theirs[0] or None, theirs[1])
