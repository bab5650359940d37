"""When an approved text goes public, and when not: plans and embargoes."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core.models import db
from exchange.core.moments import here, in_words
from exchange.core.web import notice, require
from exchange.moderation import queries, service
from exchange.moderation.forms.publication import EmbargoForm, PlanForm
from exchange.moderation.views import moderation
from exchange.moderation.views.refusals import REFUSALS, explained
from exchange.moderation.views.review.page import REVIEW, done, find_review, refused, review_page
from exchange.practices import service as practices

EMBARGO = "/practices/<public_id>/embargo"


# A plan


@moderation.post(REVIEW + "/plan")
def plan(id):
    found = find_review(id)
    require(current_user.is_moderator)
    form = PlanForm(prefix="plan-")
    if not form.validate():
        return review_page(found, 422, planning=form)
    try:
        made = service.plan(found.revision, form.moment, current_user)
    except REFUSALS as error:
        return refused(id, error, planning=form)
    if not form.day.data:
        return done(found, _("It goes public as soon as nothing hinders it."))
    return done(found, _("It goes public on %(moment)s.", moment=in_words(made.publish_at)))


@moderation.post(REVIEW + "/plan/cancellation")
def plan_cancellation(id):
    found = find_review(id)
    require(current_user.is_moderator)
    try:
        service.cancel_plan(found.revision, current_user)
    except REFUSALS as error:
        return refused(id, error)
    return done(found, _("It stays approved and waits until somebody publishes it."))


# An embargo


@moderation.route(EMBARGO, methods=["GET", "POST"])
def embargo(public_id):
    practice = find_to_hold(public_id)
    form = EmbargoForm() if request.method == "POST" else embargo_form(practice)
    if request.method != "POST":
        return embargo_page(practice, form)
    if not form.validate():
        return embargo_page(practice, form, 422)
    try:
        service.set_embargo(practice, form.moment, current_user._get_current_object(), form.reason.data)
    except REFUSALS as error:
        db.session.rollback()
        return embargo_page(find_to_hold(public_id), form, *explained(error))
    db.session.commit()
    notice(_("Nothing of this case goes public before %(moment)s.", moment=in_words(form.moment)))
    return redirect(home_of(practice), 303)


@moderation.post(EMBARGO + "/end")
def embargo_end(public_id):
    practice = find_to_hold(public_id)
    try:
        service.lift_embargo(practice, current_user._get_current_object())
    except REFUSALS as error:
        db.session.rollback()
        return embargo_page(find_to_hold(public_id), embargo_form(practice), *explained(error))
    db.session.commit()
    notice(_("The embargo is lifted."))
    return redirect(home_of(practice), 303)


def find_to_hold(public_id):
    """A case, for its lead author and for moderators who did not write it; 404 for everyone else."""
    practice = practices.find(public_id)
    require(practice is not None and service.may_embargo(practice, current_user))
    return practice


def embargo_form(practice):
    standing = service.embargo_of(practice)
    if standing is None:
        return EmbargoForm(formdata=None)
    local = here(standing.ends_at)
    return EmbargoForm(formdata=None, day=local.date(), clock=local.time(), reason=standing.reason)


def embargo_page(practice, form, status=200, problem=""):
    standing = service.embargo_of(practice)
    page = render_template(
        "moderation/embargo.html",
        practice=practice,
        revision=practices.working_revision(practice) or practices.latest_revision(practice),
        form=form,
        standing=standing,
        may_change=service.may_change(standing, practice, current_user),
        problem=problem,
        home=home_of(practice),
    )
    return page, status


def home_of(practice):
    """Where this person comes from: the author's page of the case, or its review."""
    if practice.may_be_edited_by(current_user):
        return url_for("moderation.submission", public_id=practice.public_id)
    review = queries.latest_reviews([practice]).get(practice.id)
    return url_for("moderation.review", id=review.id) if review else url_for("moderation.desk")
