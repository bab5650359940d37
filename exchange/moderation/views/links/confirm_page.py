"""/confirm/<token>: a city's word on a case that others tell; a contact's, whether a case still holds."""

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.accounts import service as accounts
from exchange.core.models import db
from exchange.core.web import csrf
from exchange.moderation import compare, service
from exchange.moderation.asked_models import CityNotice, FreshnessAsk
from exchange.moderation.forms import asked as forms
from exchange.moderation.views import moderation
from exchange.moderation.views.links.by_link import (
    HEADERS,
    actor,
    found_or_dead,
    link_page,
    over_limit,
    over_page,
)
from exchange.practices import service as practices
from exchange.practices.models import READABLE
from exchange.taxonomy import service as taxonomy

KINDS = [CityNotice, FreshnessAsk]
TOO_MANY = 429


@moderation.get("/confirm/<token>")
def confirm_by_link(token):
    asked, dead = found_or_dead(KINDS, token)
    if dead:
        return dead
    return city_page(asked, token) if isinstance(asked, CityNotice) else freshness_page(asked, token)


@moderation.post("/confirm/<token>")
@csrf.exempt
def answer_confirmation(token):
    asked, dead = found_or_dead(KINDS, token)
    if dead:
        return dead
    act = city_answers if isinstance(asked, CityNotice) else contact_answers
    return act(asked, token)


@moderation.post("/confirm/<token>/reply")
@csrf.exempt
def reply_by_link(token):
    notice, dead = found_or_dead([CityNotice], token)
    if dead:
        return dead
    form = forms.CityReplyForm()
    if over_limit(notice):
        return city_page(notice, token, TOO_MANY, reply=form, problem=too_many())
    if not form.validate():
        return city_page(notice, token, 422, reply=form)
    try:
        service.telling.reply(notice.practice, form.words.data, notice.name, actor_of(notice), notice)
    except (service.LinkOver, service.NotAllowed):
        db.session.rollback()
        return over_page(notice, 409, [form.words.data])
    db.session.commit()
    response = redirect(url_for("moderation.confirm_by_link", token=token, _anchor="reply"), 303)
    response.headers.update(HEADERS)
    return response


# A city


def city_answers(notice, token):
    form = forms.CityWordForm()
    if over_limit(notice):
        return city_page(notice, token, TOO_MANY, form=form, problem=too_many())
    if not form.validate():
        return city_page(notice, token, 422, form=form)
    try:
        service.telling.answer(notice, form.word.data, form.reason.data or "")
    except service.LinkOver:
        db.session.rollback()
        return over_page(notice, 409, [form.reason.data])
    db.session.commit()
    return city_page(notice, token)


def actor_of(notice):
    """The admin to whom the notice went, when they are signed in here; else nobody but the link's holder."""
    user = actor()
    return user if user is not None and user.id == notice.user_id else None


def city_page(notice, token, status=200, form=None, reply=None, problem=""):
    practice = notice.practice
    revision, public = service.telling.text_of(notice), practices.public_revision(practice)
    is_over = not service.telling.may_reply_by(notice) or practice.visibility not in ("none", *READABLE)
    if is_over or revision is None:
        return over_page(notice, typed=typed_in(form, reply))
    before = public if public is not None and public.id != revision.id else None
    return link_page(
        "city_notice",
        status,
        asked=notice,
        token=token,
        practice=practice,
        revision=revision,
        before=before,
        answers=[
            one
            for one in compare.answers(revision, before, taxonomy.topics())
            if one.field.public and (one.mark or not one.is_empty)
        ],
        form=form or forms.CityWordForm(formdata=None),
        reply=reply or forms.CityReplyForm(formdata=None, data={"words": last_words(practice)}),
        shown_reply=service.telling.reply_of(practice),
        waits_until=next(iter(service.telling.hinders(revision)), None),
        is_admin=current_user.is_authenticated and current_user.is_admin_of(practice.city_id),
        problem=problem,
    )


def typed_in(form, reply):
    return [field.data for field in (form and form.reason, reply and reply.words) if field]


def last_words(practice):
    shown = service.telling.reply_of(practice)
    return shown.words if shown else ""


# A contact


def contact_answers(asked, token):
    form = forms.FreshnessForm()
    if over_limit(asked):
        return freshness_page(asked, token, TOO_MANY, form, too_many())
    if not form.validate():
        return freshness_page(asked, token, 422, form)
    try:
        service.freshness.answer(
            asked,
            form.answer.data,
            form.words.data or "",
            form.name.data or "",
            accounts.normal(form.address.data),
        )
    except service.LinkOver:
        db.session.rollback()
        return over_page(asked, 409, [form.words.data])
    db.session.commit()
    return link_page("freshness_done", asked=asked, practice=asked.practice, form=form)


def freshness_page(asked, token, status=200, form=None, problem=""):
    practice = asked.practice
    revision = practices.public_revision(practice) if practice.visibility in READABLE else None
    if asked.stands != "open" or revision is None:
        return over_page(asked, typed=[form.words.data] if form else ())
    return link_page(
        "freshness_question",
        status,
        asked=asked,
        token=token,
        practice=practice,
        revision=revision,
        true_on=service.freshness.last_true(practice, revision),
        path=practices.path_of(practice, revision.title),
        form=form or forms.FreshnessForm(formdata=None),
        problem=problem,
    )


def too_many():
    return _("Too many tries. Wait a little, then try again.")
