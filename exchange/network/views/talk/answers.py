"""What people add to a challenge – answers, comments –, and what they take back."""

from flask import abort, redirect, request
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core import i18n
from exchange.core.models import db
from exchange.core.web import notice, require
from exchange.network.forms import talk as forms
from exchange.network.service.talk import answering, challenges
from exchange.network.views import network
from exchange.network.views.talk.challenges import (
    CHALLENGE,
    challenge_page,
    find_challenge,
    find_own,
    refused,
)
from exchange.network.views.talk.refusals import REFUSALS
from exchange.practices.service import NotAllowed

LARGEST = 2_147_483_647  # number of a row
ANSWER = CHALLENGE + f"/answers/<int(max={LARGEST}):answer_id>"


@network.post(CHALLENGE + "/answers")
def answer_challenge(ref):
    require(current_user.is_authenticated)
    found = find_challenge(ref)
    cities = answering.cities_to_answer_for(found, current_user)
    require(cities)
    form = forms.AnswerForm().offer(cities)
    if not form.validate():
        return challenge_page(found, 422, answer=form)
    told = form.kind.data, form.text.data, form.language.data, form.practice.data or ""
    try:
        made = answering.answer(found, current_user, form.chosen_city(cities), *told)
    except REFUSALS as error:
        if isinstance(error, answering.NoSuchPractice):
            form.practice.errors = [_("No public practice has this address or code.")]
        return refused(ref, error, answer=form)
    db.session.commit()
    notice(_("Your answer stands beneath the challenge. The city that asks gets a letter."))
    return redirect(answering.anchor(made), 303)


@network.post(CHALLENGE + "/comments")
def comment_on_challenge(ref):
    require(current_user.is_authenticated and current_user.verified_at)
    found = find_challenge(ref)
    form = forms.CommentForm()
    form.to = min(max(0, request.form.get("to", 0, type=int)), LARGEST) or None
    to = answering.find_answer(found, form.to) if form.to else None
    if form.to and to is None:
        return refused(ref, NotAllowed("it does not stand there any more"), comment=form)
    if not form.validate():
        return challenge_page(found, 422, comment=form)
    try:
        made = answering.comment(found, current_user, form.text.data, i18n.language(), to)
    except REFUSALS as error:
        return refused(ref, error, comment=form)
    db.session.commit()
    notice(_("Your comment is public. Those whom it concerns get a letter."))
    return redirect(answering.anchor(made), 303)


@network.post(ANSWER + "/helped")
def answer_helped(ref, answer_id):
    """The city that asks says whether it helped."""
    found = find_own(ref)
    answer = find_answer(found, answer_id)
    helped = request.form.get("helped") != "no"
    try:
        answering.mark_helped(answer, current_user, helped)
    except REFUSALS as error:
        return refused(ref, error)
    db.session.commit()
    notice(_("Marked as helpful. Whoever answered gets a letter.") if helped else _("The mark is taken off."))
    return redirect(answering.anchor(answer), 303)


@network.post(ANSWER + "/removal")
def take_answer_back(ref, answer_id):
    found = find_for_signed_in(ref)
    return taken_back(found, find_answer(found, answer_id))


@network.post(CHALLENGE + f"/comments/<int(max={LARGEST}):comment_id>/removal")
def take_comment_back(ref, comment_id):
    found = find_for_signed_in(ref)
    return taken_back(found, answering.find_comment(found, comment_id) or abort(404))


def taken_back(challenge, thing):
    require(answering.may_take_back(thing, current_user))
    answering.take_back(thing, current_user)
    db.session.commit()
    notice(_("It is taken back."))
    return redirect(challenges.path_of(challenge), 303)


def find_for_signed_in(ref):
    require(current_user.is_authenticated)
    return find_challenge(ref)


def find_answer(challenge, answer_id):
    return answering.find_answer(challenge, answer_id) or abort(404)
