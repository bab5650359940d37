"""The standard reasons that moderators begin with; coordinators keep them."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core.models import db
from exchange.core.web import notice, require
from exchange.moderation import service
from exchange.moderation.forms.reasons import NewReasonForm, ReasonTextsForm
from exchange.moderation.views import moderation

REASON = "/desk/reasons/<code>"


@moderation.get("/desk/reasons")
def reasons():
    require_keeper()
    return reasons_page()


@moderation.post("/desk/reasons")
def add_reason():
    require_keeper()
    form = NewReasonForm(prefix="new-")
    if not form.validate():
        return reasons_page(422, new=form)
    try:
        made = service.add_reason(form.code.data, form.texts("label"), form.texts("text"), current_user)
    except service.CodeTaken:
        form.code.errors = [_("Another reason has this code.")]
        return reasons_page(422, new=form)
    return done(made, _("Moderators can begin with it now."))


@moderation.post(REASON)
def change_reason(code):
    reason, form = find(code), ReasonTextsForm()
    if not form.validate():
        return reasons_page(422, opened=code, form=form)
    service.change_reason(reason, form.texts("label"), form.texts("text"), current_user)
    return done(reason, _("Saved. What was decided with the old words stays as it was."))


@moderation.post(REASON + "/retirement")
def retire_reason(code):
    reason = find(code)
    service.retire_reason(reason, current_user)
    return done(reason, _("It is no longer offered."))


@moderation.post(REASON + "/return")
def revive_reason(code):
    reason = find(code)
    service.revive_reason(reason, current_user)
    return done(reason, _("Moderators can begin with it now."))


def require_keeper():
    require(current_user.is_authenticated and current_user.is_coordinator)


def find(code):
    """The reason of that code, for coordinators; 404 for everyone else."""
    require_keeper()
    reason = service.find_reason(code)
    require(reason is not None)
    return reason


def done(reason, sentence):
    db.session.commit()
    notice(sentence)
    return redirect(url_for("moderation.reasons", _anchor=reason.code), 303)


def reasons_page(status=200, opened="", form=None, new=None):
    opened = opened or request.args.get("open", "")
    found = service.canned_reasons(retired=True)
    page = render_template(
        "moderation/reasons.html",
        reasons=found,
        opened=opened,
        form=form or filled(next((one for one in found if one.code == opened), None)),
        new=new or NewReasonForm(formdata=None, prefix="new-"),
    )
    return page, status


def filled(reason):
    told = {}
    if reason:
        told = {f"label_{code}": text for code, text in reason.labels.items()}
        told |= {f"text_{code}": text for code, text in reason.texts.items()}
    return ReasonTextsForm(formdata=None, **told)
