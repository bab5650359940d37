"""Acts on public cases. Each has a page of its own with one form."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from exchange.core import i18n
from exchange.core.models import db
from exchange.core.web import notice, require
from exchange.moderation import service
from exchange.moderation.forms import desk as forms
from exchange.moderation.views import moderation
from exchange.moderation.views.refusals import REFUSALS, explained
from exchange.practices import service as practices

PRACTICE = "/practices/<public_id>"
TAKING_DOWN = {
    "title": _l("Take this case down"),
    "lead": _l("The address stays and shows a notice with your reason."),
    "button_text": _l("Take it down"),
    "after": _l("The case is down. Its address shows your reason."),
}
BRINGING_BACK = {
    "title": _l("Bring this case back"),
    "lead": _l("Its last published text becomes public again."),
    "button_text": _l("Bring it back"),
    "after": _l("The case is public again."),
}


@moderation.route(PRACTICE + "/take-down", methods=["GET", "POST"])
def take_down(public_id):
    practice = find_others(public_id)
    require(current_user.is_coordinator)
    return act_with_reason(practice, service.take_down, TAKING_DOWN)


@moderation.route(PRACTICE + "/restoration", methods=["GET", "POST"])
def restoration(public_id):
    practice = find_others(public_id)
    require(current_user.is_moderator)
    return act_with_reason(practice, service.restore, BRINGING_BACK)


@moderation.route(PRACTICE + "/withdrawal-decision", methods=["GET", "POST"])
def withdrawal_decision(public_id):
    practice = find_others(public_id)
    require(current_user.is_moderator)
    return one_act(
        practice,
        forms.WithdrawalDecisionForm(reason=practice.withdrawal_asked),
        lambda form: service.decide_withdrawal(
            practice, current_user, form.answer.data == "agree", form.reason.data
        ),
        title=_("The author asks to withdraw this case"),
        lead=practice.withdrawal_asked or _("Nobody asks for it any more."),
        button_text=_("Decide"),
        after=_("Decided. The author gets a letter."),
    )


@moderation.route(PRACTICE + "/confirmation", methods=["GET", "POST"])
def confirmation(public_id):
    practice = find_practice(public_id)
    require(practice.city_id is not None and current_user.is_admin_of(practice.city_id))
    form = forms.ConfirmationForm()
    if practice.told_by == "city":
        form.word.choices = forms.options({"ended": forms.WORDS["ended"]})
    return one_act(
        practice,
        form,
        lambda form: service.confirm(practice, form.word.data, current_user, form.reason.data or ""),
        title=_("What %(city)s says of this case", city=practice.city.label(i18n.language())),
        lead=_("Your answer stands beside the case, with your reason and today’s date."),
        button_text=_("Say so"),
        after=_("What your city says stands beside the case now."),
    )


def find_others(public_id):
    """A practice like `find_practice`, for people who did not write on it; 404 for its writers."""
    practice = find_practice(public_id)
    require(not service.has_written(practice, current_user))
    return practice


def find_practice(public_id):
    """A practice that is or was public, for people who are signed in; 404 for all others."""
    require(current_user.is_authenticated)
    practice = practices.find(public_id)
    require(practice is not None and practice.visibility != "none")
    return practice


def act_with_reason(practice, verb, words):
    """An act that asks for nothing but a reason."""
    return one_act(
        practice,
        forms.ReasonForm(),
        lambda form: verb(practice, current_user, form.reason.data),
        **words,
    )


def one_act(practice, form, act, after, **words):
    """Show the form, or act and go to the case; what is refused comes back with every word typed."""
    if request.method != "POST":
        return act_page(practice, form, **words)
    if not form.validate():
        return act_page(practice, form, 422, **words)
    try:
        act(form)
    except REFUSALS as error:
        db.session.rollback()
        status, problem = explained(error)
        return act_page(practice, form, status, problem=problem, **words)
    db.session.commit()
    notice(after)
    return redirect(url_for("front.case", ref=practice.public_id), 303)


def act_page(practice, form, status=200, problem="", **words):
    revision = practices.public_revision(practice) or practices.latest_revision(practice)
    page = render_template(
        "moderation/act.html", practice=practice, revision=revision, form=form, problem=problem, **words
    )
    return page, status
