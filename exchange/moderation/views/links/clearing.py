"""Authors have a text cleared: who is in the row, how far it is, and why not."""

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core.models import db
from exchange.core.web import notice, require
from exchange.moderation import service
from exchange.moderation.asked_models import Clearance
from exchange.moderation.forms import asked as forms
from exchange.moderation.views import moderation
from exchange.moderation.views.refusals import REFUSALS, explained
from exchange.moderation.views.writing.texts import CASE, find
from exchange.practices import schema

PAGE = CASE + "/clearance"


@moderation.get(PAGE)
def clearance(public_id):
    practice, revision = find(public_id)
    return clearance_page(practice, revision)


@moderation.post(PAGE)
def ask_clearance(public_id):
    practice, revision = find(public_id)
    form = forms.ClearanceForm()
    if not form.validate():
        return clearance_page(practice, revision, 422, form=form)
    return acted(
        practice,
        revision,
        lambda: service.clearing.ask(practice, [form.person], current_user),
        _("%(name)s is in the row.", name=form.name.data),
        form=form,
    )


@moderation.post(PAGE + "/again")
def ask_clearance_again(public_id):
    practice, revision = find(public_id)
    return acted(
        practice,
        revision,
        lambda: service.clearing.ask_again(practice, current_user),
        _("They are asked again, in their order."),
    )


@moderation.post(PAGE + "/waiver")
def waive_clearance(public_id):
    practice, revision = find(public_id)
    form = forms.WaiverForm()
    if not form.validate():
        return clearance_page(practice, revision, 422, waiver=form)
    return acted(
        practice,
        revision,
        lambda: service.clearing.waive(practice, form.reason.data, current_user),
        _("Recorded. The moderator reads your reason, and publishing waits no longer for the clearance."),
        waiver=form,
    )


@moderation.post(PAGE + "/<asked_id>/withdrawal")
def withdraw_clearance(public_id, asked_id):
    practice, revision = find(public_id)
    asked = db.session.get(Clearance, asked_id)
    require(asked is not None and asked.practice_id == practice.id)
    return acted(
        practice,
        revision,
        lambda: service.clearing.withdraw(asked, current_user),
        _("%(name)s is no longer asked.", name=asked.name),
    )


def acted(practice, revision, act, sentence, **typed):
    """Act, commit, say so and go back to the row; what is refused comes back with every word typed."""
    try:
        act()
    except REFUSALS as error:
        db.session.rollback()
        status, problem = explained(error)
        return clearance_page(practice, revision, status, problem, **typed)
    db.session.commit()
    notice(sentence)
    return redirect(url_for("moderation.clearance", public_id=practice.public_id), 303)


def clearance_page(practice, revision, status=200, problem="", form=None, waiver=None):
    found = service.clearing.standing(practice, revision)
    page = render_template(
        "moderation/clearance.html",
        practice=practice,
        revision=revision,
        standing=found,
        may_ask=is_on_its_way(revision) and service.clearing.may_ask(practice, current_user),
        may_waive=is_on_its_way(revision) and found.holds_up and service.leads(practice, current_user),
        form=form or forms.ClearanceForm(formdata=None),
        waiver=waiver or forms.WaiverForm(formdata=None),
        roles=forms.ROLE_LABELS,
        problem=problem,
        schema=schema,
    )
    return page, status


def is_on_its_way(revision):
    return revision.state in ("draft", "submitted", "in_review", "approved")
