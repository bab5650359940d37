"""What authors do after a decision – appeal, reply –, and a coordinator's answer to an appeal."""

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core.models import db
from exchange.core.web import notice, require
from exchange.moderation import queries, service
from exchange.moderation.forms import desk as forms
from exchange.moderation.forms.publication import AppealForm, ReplyForm
from exchange.moderation.views import moderation
from exchange.moderation.views.refusals import REFUSALS, explained
from exchange.moderation.views.review.page import REVIEW, done, find_review, refused, review_page
from exchange.moderation.views.writing.texts import CASE, find, standing_page


@moderation.post(CASE + "/appeal")
def appeal(public_id):
    practice, revision = find(public_id)
    require(service.leads(practice, current_user))
    form = AppealForm(prefix="appeal-")
    return told_of_review(
        practice,
        revision,
        form,
        lambda review: service.appeal(review, current_user._get_current_object(), form.words.data),
        _("Your appeal is with the coordinators. You get a letter when one of them has decided."),
        appealing=form,
    )


@moderation.post(CASE + "/reply")
def reply(public_id):
    practice, revision = find(public_id)
    form = ReplyForm(prefix="reply-")
    return told_of_review(
        practice,
        revision,
        form,
        lambda review: service.reply(review, current_user._get_current_object(), form.words.data or ""),
        _("Thank you. Nothing on your side keeps the case from going public now."),
        replying=form,
    )


def told_of_review(practice, revision, form, act, sentence, **kept):
    """An author's act on the latest review; what is refused comes back with every word typed."""
    if not form.validate():
        return standing_page(practice, revision, **kept), 422
    review = queries.latest_reviews([practice]).get(practice.id)
    require(review is not None)
    try:
        act(review)
    except REFUSALS as error:
        db.session.rollback()
        status, problem = explained(error)
        fresh, text = find(practice.public_id)
        return standing_page(fresh, text, problem=problem, **kept), status
    db.session.commit()
    notice(sentence)
    return redirect(url_for("moderation.submission", public_id=practice.public_id), 303)


@moderation.post(REVIEW + "/upholding")
def upholding(id):
    found = find_review(id)
    require(current_user.is_coordinator)
    form = forms.ReasonForm(prefix="upholding-")
    if not form.validate():
        return review_page(found, 422, upholding=form)
    try:
        service.uphold(found, current_user, form.reason.data)
    except REFUSALS as error:
        return refused(id, error, upholding=form)
    return done(found, _("The decision stands. The author gets a letter with your reason."))
