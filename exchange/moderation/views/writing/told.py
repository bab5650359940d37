"""What reviewers tell an author: she answers their comments, and takes or declines their words."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core.models import db
from exchange.core.web import notice, require
from exchange.moderation import compare, queries, service
from exchange.moderation.forms.desk import AnswerForm
from exchange.moderation.models import Comment, Suggestion
from exchange.moderation.views import moderation
from exchange.moderation.views.refusals import REFUSALS, explained
from exchange.moderation.views.writing.texts import CASE, current_text, find, standing_page
from exchange.practices import schema


@moderation.post(CASE + "/comments/<int(max=2147483647):comment_id>/answers")
def author_answers(public_id, comment_id):
    practice, revision = find(public_id)
    remark = db.session.get(Comment, comment_id)
    require(remark is not None and remark.review.practice_id == practice.id)
    require(remark.audience == "authors" and remark.parent_id is None)
    form = AnswerForm()
    form.to = comment_id
    if not form.validate():
        return standing_page(practice, revision, answer=form), 422
    try:
        service.answer(remark, form.words.data, current_user)
    except REFUSALS:
        db.session.rollback()
        form.words.errors = [_("The review has gone on: this comment takes no more answers.")]
        return standing_page(practice, current_text(practice), answer=form), 409
    db.session.commit()
    notice(_("Your answer stands beneath the comment."))
    where = url_for("moderation.submission", public_id=practice.public_id, _anchor=f"comment-{comment_id}")
    return redirect(where, 303)


@moderation.get(CASE + "/wording")
def wording(public_id):
    practice, revision = find(public_id)
    return wording_page(practice, revision)


@moderation.post(CASE + "/wording/<int(max=2147483647):suggestion_id>")
def wording_answer(public_id, suggestion_id):
    """Yes or no, by one click."""
    practice, revision = find(public_id)
    suggestion = db.session.get(Suggestion, suggestion_id)
    require(suggestion is not None and suggestion.review.practice_id == practice.id)
    act = service.accept if request.form.get("answer") == "accept" else service.decline
    try:
        act(suggestion, current_user)
    except REFUSALS as error:
        db.session.rollback()
        status, sentence = explained(error)
        return wording_page(practice, current_text(practice), sentence), status
    db.session.commit()
    notice(said_of(suggestion))
    return redirect(url_for("moderation.wording", public_id=practice.public_id), 303)


def said_of(suggestion):
    if suggestion.answer == "declined":
        return _("Your own words stay.")
    if suggestion.applied_at:
        return _("The words are in your draft.")
    return _("The words go into your next draft.")


def wording_page(practice, revision, problem=""):
    return render_template(
        "moderation/wording.html",
        practice=practice,
        revision=revision,
        suggestions=queries.wording_for_authors(practice),
        wording_diff=lambda one: compare.compared(one.after, one.before),
        problem=problem,
        schema=schema,
    )
