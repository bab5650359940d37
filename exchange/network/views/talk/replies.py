"""What is done with a question: replies, passing on, agreeing to publish, closing; how much a team takes."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.accounts import service as accounts
from exchange.core import i18n
from exchange.core.models import db
from exchange.core.web import notice, require
from exchange.network.forms import talk as forms
from exchange.network.service.talk import questions, routing
from exchange.network.views import network
from exchange.network.views.talk.questions import (
    QUESTION,
    find_for_signed_in,
    forward_form,
    question_page,
    refused_question,
)
from exchange.network.views.talk.refusals import REFUSALS


@network.post(QUESTION + "/replies")
def reply_to_question(ref):
    found = find_for_signed_in(ref)
    require(questions.is_asker(found, current_user) or routing.request_of(found, current_user))
    form = forms.ReplyForm()
    if not form.validate():
        return question_page(found, 422, form=form)
    try:
        questions.reply(found, current_user, form.text.data, i18n.language(), form.agrees.data)
    except REFUSALS as error:
        return refused_question(ref, error, form=form)
    return done(found, _("Your reply is sent. Those concerned get a letter."))


@network.post(QUESTION + "/passing")
def pass_question_on(ref):
    found = find_for_signed_in(ref)
    mine = routing.request_of(found, current_user)
    require(mine is not None and not mine.answered_at)
    questions.pass_on(found, current_user)
    db.session.commit()
    notice(_("Thank you. Somebody else is asked instead."))
    return redirect(url_for("network.question_list", list="waiting"), 303)


@network.post(QUESTION + "/publicity")
def publish_question(ref):
    """Whoever wrote something of it agrees that it becomes public, or does not any more."""
    found = find_for_signed_in(ref)
    agrees = request.form.get("agrees") != "no"
    require(questions.is_asker(found, current_user) or questions.replies_by(found, current_user))
    try:
        questions.agree(found, current_user, agrees)
    except REFUSALS as error:
        return refused_question(ref, error)
    if not agrees:
        return done(found, _("Your words are not public."))
    if questions.is_public(found):
        return done(found, _("Question and answers are public now."))
    return done(found, _("It becomes public once the other side agrees, too."))


@network.post(QUESTION + "/closing")
def close_question(ref):
    found = find_for_signed_in(ref)
    require(questions.is_asker(found, current_user))
    try:
        questions.close(found, current_user)
    except REFUSALS as error:
        return refused_question(ref, error)
    return done(found, _("The question is closed. Nobody is asked any more."))


@network.post(QUESTION + "/requests")
def forward_question(ref):
    found = find_for_signed_in(ref)
    require(current_user.is_coordinator)
    form = forward_form(found)
    if form is None or not form.validate():
        return question_page(found, 422, forward=form)
    try:
        questions.forward(found, accounts.find_city(form.city.data), current_user)
    except REFUSALS as error:
        return refused_question(ref, error, forward=form)
    return done(found, _("The city is asked, too."))


def done(question, sentence):
    db.session.commit()
    notice(sentence)
    return redirect(questions.path_of(question), 303)


# How much a team takes


@network.get("/cities/<slug>/help")
def help_desk(slug):
    city = find_own_city(slug)
    form = forms.HelpForm(formdata=None)
    form.most_open.data = routing.most_open(city.id)
    return help_page(city, form)


@network.post("/cities/<slug>/help")
def set_help_desk(slug):
    city, form = find_own_city(slug), forms.HelpForm()
    if not form.validate():
        return help_page(city, form, 422)
    routing.set_most_open(city, form.most_open.data, current_user)
    db.session.commit()
    notice(_("Saved. It holds for questions from now on."))
    return redirect(url_for("network.help_desk", slug=city.slug), 303)


def find_own_city(slug):
    """A city whose people this person looks after; nothing is learnt by others."""
    require(current_user.is_authenticated)
    city = accounts.find_city(slug)
    require(city is not None and (current_user.is_coordinator or current_user.is_admin_of(city.id)))
    return city


def help_page(city, form, status=200):
    page = render_template(
        "network/help_desk.html", city=city, form=form, waiting=routing.open_requests(city.id)
    )
    return page, status
