"""Reporting a thing; the moderators' queue; what they decide; the author's appeal."""

from flask import abort, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from exchange.core.models import db
from exchange.core.web import notice, require
from exchange.network.forms import talk as forms
from exchange.network.service.talk import queue, reports
from exchange.network.views import network
from exchange.network.views.talk.refusals import REFUSALS, explained

THING = "/reports/<kind>/<int(max=2147483647):thing_id>"
EVENTS = {
    "reported": _l("Reported"),
    "kept": _l("Left standing"),
    "hide": _l("Hidden"),
    "appealed": _l("Appealed against"),
    "upheld": _l("Stays hidden"),
    "shown": _l("Shown again"),
    "locked": _l("Locked"),
    "unlocked": _l("Unlocked"),
}


def find(kind, thing_id):
    """(Kind, thing) of an address, for people who are signed in."""
    require(current_user.is_authenticated)
    return reports.find(kind, thing_id) or abort(404)


# Reporting


@network.get(THING)
def reporting(kind, thing_id):
    found, thing = find_reportable(kind, thing_id)
    return report_page(found, thing, forms.ReportForm(formdata=None))


@network.post(THING)
def report_thing(kind, thing_id):
    found, thing = find_reportable(kind, thing_id)
    form = forms.ReportForm()
    if not form.validate():
        return report_page(found, thing, form, 422)
    try:
        reports.report(thing, current_user, form.why.data, form.words.data or "")
    except REFUSALS as error:
        db.session.rollback()
        status, problem = explained(error)
        return report_page(found, thing, form, status, problem)
    path = found.path(thing)
    db.session.commit()
    notice(_("Thank you. A moderator looks at it; you get a letter when it is decided."))
    return redirect(path, 303)


def find_reportable(kind, thing_id):
    found, thing = find(kind, thing_id)
    require(reports.may_report(thing, current_user))
    return found, thing


def report_page(kind, thing, form, status=200, problem=""):
    page = render_template("network/report.html", kind=kind, thing=thing, form=form, problem=problem)
    return page, status


# The moderators' queue


@network.get("/reports")
def report_queue():
    require(current_user.is_authenticated and current_user.is_moderator)
    return render_template(
        "network/reports.html",
        reported=queue.reported(),
        appealed=queue.appealed(),
        hidden=queue.hidden(),
        latest=queue.latest(),
        whys=forms.WHY_NAMES,
    )


@network.get(THING + "/decision")
def report_decision(kind, thing_id):
    return decision_page(*find_for_moderator(kind, thing_id))


def find_for_moderator(kind, thing_id):
    """For a moderator who did not write it, what everyone reads, and what was reported or hidden."""
    found, thing = find(kind, thing_id)
    require(reports.may_moderate(thing, current_user))
    seen = reports.open_reports(thing) or reports.hiding_of(thing) or found.readable(thing, current_user)
    require(seen or queue.history(thing, found.name))
    return found, thing


def decision_page(kind, thing, status=200, problem="", form=None, do=""):
    """`form`, `do`: what was typed, and into which of the page's forms."""
    page = render_template(
        "network/report_decision.html",
        kind=kind,
        thing=thing,
        author=kind.author(thing),
        waiting=reports.open_reports(thing),
        hiding=reports.hiding_of(thing),
        lock=reports.lock_of(thing),
        may_answer=reports.may_answer_appeal(thing, current_user),
        history=queue.history(thing, kind.name),
        events=EVENTS,
        whys=forms.WHY_NAMES,
        problem=problem,
        forms={name: form if name == do else forms.ReasonForm(prefix=name, formdata=None) for name in DONE},
        do=do,
    )
    return page, status


DONE = {  # what a moderator does → the sentence afterwards
    "hide": _l("It is hidden. Its author gets a letter with your reason."),
    "keep": _l("It stays. Those who reported it get a letter with your reason."),
    "show": _l("It is shown again. Its author gets a letter."),
    "uphold": _l("It stays hidden. Its author gets a letter with your reason."),
    "lock": _l("It is locked. Everyone reads your reason."),
}


@network.post(THING + "/<any(hide,keep,show,uphold,lock):do>")
def moderate(kind, thing_id, do):
    """One act with its reason."""
    found, thing = find_for_moderator(kind, thing_id)
    form = forms.ReasonForm(prefix=do)
    if not form.validate():
        return decision_page(found, thing, 422, form=form, do=do)
    try:
        getattr(reports, do)(thing, current_user, form.reason.data)
    except REFUSALS as error:
        db.session.rollback()
        status, problem = explained(error)
        return decision_page(*find_for_moderator(kind, thing_id), status, problem, form, do)
    db.session.commit()
    notice(DONE[do])
    return redirect(url_for("network.report_queue"), 303)


@network.post(THING + "/unlocking")
def unlock(kind, thing_id):
    _found, thing = find_for_moderator(kind, thing_id)
    reports.unlock(thing, current_user)
    db.session.commit()
    notice(_("The talk goes on."))
    return redirect(url_for("network.report_queue"), 303)


# The author's appeal


@network.get(THING + "/appeal")
def hiding_appeal(kind, thing_id):
    found, thing = find_own(kind, thing_id)
    return appeal_page(found, thing, forms.AppealForm(formdata=None))


@network.post(THING + "/appeal")
def appeal_hiding(kind, thing_id):
    found, thing = find_own(kind, thing_id)
    form = forms.AppealForm()
    if not form.validate():
        return appeal_page(found, thing, form, 422)
    try:
        reports.appeal(thing, current_user, form.words.data)
    except REFUSALS as error:
        db.session.rollback()
        status, problem = explained(error)
        return appeal_page(found, thing, form, status, problem)
    db.session.commit()
    notice(_("Your appeal is with the moderators. You get a letter when it is decided."))
    return redirect(url_for("network.hiding_appeal", kind=kind, thing_id=thing_id), 303)


def find_own(kind, thing_id):
    """A thing of the reader's that is or was hidden."""
    found, thing = find(kind, thing_id)
    require(reports.is_author(thing, current_user))
    require(reports.hiding_of(thing) or queue.history(thing, kind))
    return found, thing


def appeal_page(kind, thing, form, status=200, problem=""):
    page = render_template(
        "network/hiding_appeal.html",
        kind=kind,
        thing=thing,
        hiding=reports.hiding_of(thing),
        form=form,
        problem=problem,
    )
    return page, status
