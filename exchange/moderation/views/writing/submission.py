"""Preview and submission; and of a public case a new version, or its withdrawal."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core import i18n
from exchange.core.models import db
from exchange.core.web import notice, require
from exchange.moderation import service, twins
from exchange.moderation.forms import writing
from exchange.moderation.forms.desk import RUBRIC_LABELS
from exchange.moderation.views import moderation
from exchange.moderation.views.writing.standing import readiness, steps
from exchange.moderation.views.writing.texts import (
    CASE,
    current_text,
    find,
    remarks_on,
    standing_page,
    step_address,
)
from exchange.practices import schema
from exchange.practices import service as practices
from exchange.practices.models import READABLE
from exchange.practices.service import NotAllowed
from exchange.taxonomy import service as taxonomy


@moderation.get(CASE + "/preview")
def preview(public_id):
    practice = practices.find(public_id)
    require(practice is not None and practice.may_be_seen_by(current_user))
    revision = current_text(practice)
    tree = taxonomy.topics()
    return render_template(
        "moderation/preview.html",
        practice=practice,
        revision=revision,
        topics=[tree[slug] for slug in revision.get("topics", []) if slug in tree],
        checks=service.checks_of([practice.id]),
        may_write=practice.may_be_edited_by(current_user),
    )


@moderation.get(CASE + "/submission")
def submission(public_id):
    practice, revision = find(public_id)
    if revision.state != "draft":
        return standing_page(practice, revision)
    return submission_page(practice, revision)


@moderation.post(CASE + "/submission")
def submit(public_id):
    practice, revision = find(public_id)
    if hindrance(practice):
        return submission_page(practice, revision), 403
    told_already = twins.likely(practice, revision)
    if told_already and "another" not in request.form:
        return submission_page(practice, revision, must_say=True), 422
    try:
        service.submit(revision, current_user, another_than=[one.public_id for one, _other in told_already])
    except service.NotReady:
        db.session.rollback()
        return submission_page(practice, revision, tried=True), 422
    except (service.Refusal, NotAllowed):
        db.session.rollback()
        return standing_page(practice, revision), 409
    db.session.commit()
    notice(_("Submitted. You get a letter at every step from here."))
    return redirect(url_for("moderation.my_cases"), 303)


def submission_page(practice, revision, tried=False, must_say=False):
    review, comments = remarks_on(revision)
    return render_template(
        "moderation/submit.html",
        practice=practice,
        revision=revision,
        ready=readiness(practice, revision),
        rail=steps(practice, revision, comments=comments),
        review=review,
        rubric=RUBRIC_LABELS.values(),
        hindrance=hindrance(practice),
        tried=tried,
        must_say=must_say,
        twins=twins.likely(practice, revision),
        similar=twins.similar(practice, revision, current_user),
    )


def hindrance(practice):
    """Why this person cannot submit, as a sentence; '' when they can."""
    if practice.may_be_submitted_by(current_user):
        return ""
    city = practice.city.label(i18n.language()) if practice.city else ""
    waits = any(
        one.city_id == practice.city_id and one.state == "requested" for one in current_user.memberships
    )
    if waits:
        return _(
            "%(city)s has not confirmed yet that you work there. Your text is saved; "
            "you can submit it once the city’s admin or a coordinator has let you in.",
            city=city,
        )
    return _("Only the lead author or the admin of %(city)s can submit this case.", city=city)


@moderation.post(CASE + "/submission/withdrawal")
def withdraw(public_id):
    """Back to a draft: from the queue, from the reviewer's hands, or from approval before it is public."""
    practice, revision = find(public_id)
    if revision.state == "draft":
        return redirect(step_address(practice, schema.STEP_SLUGS[0]), 303)
    try:
        take_back(practice, revision)
    except (service.Refusal, NotAllowed):
        db.session.rollback()
        return standing_page(practice, revision), 409
    db.session.commit()
    notice(_("It is a draft again. Nobody reviews it until you submit it anew."))
    return redirect(step_address(practice, schema.STEP_SLUGS[0]), 303)


def take_back(practice, revision):
    review = service.open_review(practice)
    if review:
        service.withdraw(review, current_user)
    else:
        service.take_back(revision, current_user)


# A public case: a new version, or its withdrawal


@moderation.post(CASE + "/draft")
def new_draft(public_id):
    practice, revision = find(public_id)
    if revision.state == "published" and practice.visibility != "tombstone":
        practices.new_version(revision, current_user)
        db.session.commit()
        notice(_("The public text stays online until the new one is approved."))
    return redirect(step_address(practice, schema.STEP_SLUGS[0]), 303)


@moderation.get(CASE + "/withdrawal")
def withdrawal(public_id):
    practice = find_public(public_id)
    return withdrawal_page(practice, writing.WithdrawalForm(formdata=None))


@moderation.post("/practices/<public_id>/withdrawal")
def ask_withdrawal(public_id):
    practice = find_public(public_id)
    form = writing.WithdrawalForm()
    if not form.validate():
        return withdrawal_page(practice, form), 422
    practices.ask_withdrawal(practice, current_user, form.reason.data)
    db.session.commit()
    notice(_("A moderator decides. The case stays public until then."))
    return redirect(url_for("moderation.my_cases"), 303)


def find_public(public_id):
    """A case that can be read by everyone, for its lead author or the city's admin; 404 for others."""
    practice, _revision = find(public_id)
    require(practice.visibility in READABLE and practice.may_be_submitted_by(current_user))
    return practice


def withdrawal_page(practice, form):
    return render_template(
        "moderation/write_withdrawal.html",
        practice=practice,
        revision=practices.public_revision(practice),
        form=form,
    )
