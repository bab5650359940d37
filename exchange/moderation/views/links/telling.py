"""Who tells a case, and the city's say: taken over, replied to, a reply hidden."""

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core.forms import Form
from exchange.core.models import db
from exchange.core.web import notice, require
from exchange.moderation import service
from exchange.moderation.forms import asked as forms
from exchange.moderation.forms.desk import ReasonForm
from exchange.moderation.views import moderation
from exchange.moderation.views.publication.visibility import PRACTICE, find_others, find_practice, one_act
from exchange.moderation.views.refusals import REFUSALS, explained
from exchange.moderation.views.writing.texts import CASE, find


@moderation.get(CASE + "/teller")
def teller(public_id):
    practice, revision = find(public_id)
    return teller_page(practice, revision)


@moderation.post(CASE + "/teller")
def choose_teller(public_id):
    practice, revision = find(public_id)
    form = forms.TellerForm().offer(current_user)
    if not form.validate():
        return teller_page(practice, revision, 422, form=form)
    return told(
        practice,
        revision,
        lambda: service.telling.choose(practice, form.told_by.data, current_user),
        _("Saved."),
        form=form,
    )


@moderation.post(CASE + "/teller/contact")
def name_city_contact(public_id):
    practice, revision = find(public_id)
    form = forms.PersonForm()
    if not form.validate():
        return teller_page(practice, revision, 422, contact=form)
    return told(
        practice,
        revision,
        lambda: service.telling.name_contact(
            practice, form.name.data, form.mailbox, form.language.data, current_user
        ),
        _("Saved. The city hears of the case once it is submitted."),
        contact=form,
    )


def told(practice, revision, act, sentence, **typed):
    try:
        act()
    except REFUSALS as error:
        db.session.rollback()
        status, problem = explained(error)
        return teller_page(practice, revision, status, problem, **typed)
    db.session.commit()
    notice(sentence)
    return redirect(url_for("moderation.teller", public_id=practice.public_id), 303)


def teller_page(practice, revision, status=200, problem="", form=None, contact=None):
    page = render_template(
        "moderation/teller.html",
        practice=practice,
        revision=revision,
        form=form or forms.TellerForm(formdata=None, data={"told_by": practice.told_by}).offer(current_user),
        contact=contact or forms.PersonForm(formdata=None),
        may_choose=service.telling.may_choose(practice, current_user),
        may_lead=service.leads(practice, current_user),
        concerns=service.telling.concerns(practice),
        admins=service.telling.admins_of(practice) if practice.city_id else [],
        told_to=service.telling.notices_of(practice),
        problem=problem,
    )
    return page, status


# The city


@moderation.route(CASE + "/taking-over", methods=["GET", "POST"])
def taking_over(public_id):
    practice, revision = find(public_id)
    require(current_user.is_admin_of(practice.city_id) and practice.told_by != "city")
    form, problem, status = Form(), "", 200
    if form.validate_on_submit():
        try:
            service.telling.take_over(practice, current_user)
            db.session.commit()
            notice(_("Your city tells this case now, and you lead it."))
            return redirect(url_for("moderation.submission", public_id=practice.public_id), 303)
        except REFUSALS as error:
            db.session.rollback()
            status, problem = explained(error)
    page = render_template(
        "moderation/taking_over.html", practice=practice, revision=revision, form=form, problem=problem
    )
    return page, status


@moderation.route(PRACTICE + "/reply", methods=["GET", "POST"])
def city_reply(public_id):
    practice = find_practice(public_id)
    city = practice.city_id is not None and current_user.is_admin_of(practice.city_id)
    require(city and practice.told_by != "city" and not practice.is_imported)
    shown = service.telling.reply_of(practice)
    return one_act(
        practice,
        forms.ReplyForm(data={"words": shown.words if shown else ""}),
        lambda form: service.telling.reply(practice, form.words.data, current_user.name, current_user),
        title=_("Reply to this case"),
        lead=_("It stands on the page, in up to 2,000 characters; Markdown works. A moderator can hide it."),
        button_text=_("Put it on the page"),
        after=_("Your city’s reply stands on the page now."),
    )


@moderation.route(PRACTICE + "/reply/hiding", methods=["GET", "POST"])
def hide_reply(public_id):
    practice = find_others(public_id)
    require(current_user.is_moderator)
    shown = service.telling.reply_of(practice)
    return one_act(
        practice,
        ReasonForm(),
        lambda form: service.telling.hide_reply(practice, form.reason.data, current_user),
        title=_("Hide the city’s reply"),
        lead=shown.words if shown else _("There is no reply on the page."),
        button_text=_("Hide it"),
        after=_("The reply is hidden; your reason is on record."),
    )
