"""Evaluations of public cases: proposed by readers, decided on by moderators."""

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from exchange.core import i18n
from exchange.core.models import db
from exchange.core.web import notice, require
from exchange.moderation import service
from exchange.moderation.forms import desk as forms
from exchange.moderation.forms.findings import EvaluationForm, VerdictForm
from exchange.moderation.models import Evaluation
from exchange.moderation.views import moderation
from exchange.moderation.views.refusals import REFUSALS, explained
from exchange.practices import service as practices

PROPOSAL = "/practices/<public_id>/evaluations/new"
EVALUATION = "/review/evaluations/<int(max=2147483647):id>"


@moderation.get(PROPOSAL)
def new_evaluation(public_id):
    return proposal_page(find_public(public_id), EvaluationForm(formdata=None))


@moderation.post(PROPOSAL)
def propose_evaluation(public_id):
    practice, form = find_public(public_id), EvaluationForm()
    if not form.validate():
        return proposal_page(practice, form, 422)
    told = (form.title.data, form.paper, form.design.data, form.finding.data, i18n.language())
    try:
        service.propose_evaluation(practice, current_user, *told)
    except REFUSALS as error:
        db.session.rollback()
        status, problem = explained(error)
        return proposal_page(practice, form, status, problem)
    db.session.commit()
    notice(_("Thank you. A moderator reads it; you get a letter when it is decided."))
    return redirect(url_for("front.case", ref=practice.public_id), 303)


def find_public(public_id):
    practice = practices.find(public_id)
    require(practice is not None and service.may_propose(practice, current_user))
    return practice


def proposal_page(practice, form, status=200, problem=""):
    revision = practices.public_revision(practice)
    page = render_template(
        "moderation/new_evaluation.html", practice=practice, revision=revision, form=form, problem=problem
    )
    return page, status


@moderation.get(EVALUATION)
def evaluation(id):
    found = find_evaluation(id)
    return evaluation_page(found, form_for(found, formdata=None))


@moderation.post(EVALUATION)
def decide_evaluation(id):
    """Accept or decline a proposal, or take an accepted one off again."""
    found = find_evaluation(id)
    form = form_for(found)
    if not form.validate():
        return evaluation_page(found, form, 422)
    try:
        act(found, form)
    except REFUSALS as error:
        db.session.rollback()
        status, problem = explained(error)
        return evaluation_page(found, form, status, problem)
    db.session.commit()
    notice(SAID[found.state])
    return redirect(url_for("moderation.desk"), 303)


SAID = {
    "accepted": _l("It stands beside the case now. Whoever proposed it gets a letter."),
    "declined": _l("Declined. Whoever proposed it gets a letter with your reason."),
    "removed": _l("It is off the case. Whoever proposed it gets a letter with your reason."),
}


def find_evaluation(id):
    """The evaluation, for moderators who neither wrote the case nor proposed it; 404 for everyone else."""
    require(current_user.is_authenticated and current_user.is_moderator)
    found = db.session.get(Evaluation, id)
    require(found is not None and found.by_id != current_user.id)
    require(not service.has_written(found.practice, current_user))
    return found


def form_for(evaluation, **more):
    return forms.ReasonForm(**more) if evaluation.state == "accepted" else VerdictForm(**more)


def act(evaluation, form):
    if isinstance(form, forms.ReasonForm):
        service.remove_evaluation(evaluation, current_user, form.reason.data)
    elif form.answer.data == "accept":
        service.accept_evaluation(evaluation, current_user)
    else:
        service.decline_evaluation(evaluation, current_user, form.reason.data)


def evaluation_page(evaluation, form, status=200, problem=""):
    practice = evaluation.practice
    page = render_template(
        "moderation/evaluation.html",
        evaluation=evaluation,
        practice=practice,
        revision=practices.public_revision(practice),
        form=form,
        problem=problem,
    )
    return page, status
