"""The figures of a case, one by one: what reviewers found of each."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core.models import db
from exchange.core.web import notice, require
from exchange.moderation import service
from exchange.moderation.forms.desk import number_in
from exchange.moderation.forms.findings import CheckForm
from exchange.moderation.models import Review
from exchange.moderation.views import moderation
from exchange.moderation.views.refusals import REFUSALS, explained
from exchange.practices import service as practices

CLAIMS = "/review/figures/<public_id>"


@moderation.get(CLAIMS)
def claims(public_id):
    return claims_page(find_case(public_id))


@moderation.post(CLAIMS + "/<claim>")
def claim_check(public_id, claim):
    practice = find_case(public_id)
    form = CheckForm()
    if not form.validate():
        return claims_page(practice, 422, claim, form)
    try:
        service.check_claim(
            practice, claim, form.state.data, current_user, form.note.data or "", form.seen_id
        )
    except REFUSALS as error:
        db.session.rollback()
        status, problem = explained(error)
        return claims_page(find_case(public_id), status, claim, form, problem)
    db.session.commit()
    notice(_("What you found stands beside the figure."))
    return redirect(back_to(practice, claim), 303)


def find_case(public_id):
    """The practice, for those who may check its figures; 404 for everyone else."""
    practice = practices.find(public_id)
    require(practice is not None and service.may_check(practice, current_user))
    require(service.claims_of(practice) or practice.visibility != "none")
    return practice


def back_to(practice, claim):
    """The review page that the form stood on, if it was one; else the page of the figures."""
    number = request.form.get("review", "")
    review = db.session.get(Review, number_in(number)) if number else None
    if review and review.practice_id == practice.id and service.may_read(review, current_user):
        return url_for("moderation.review", id=review.id, _anchor=f"claim-{claim}")
    return url_for("moderation.claims", public_id=practice.public_id, _anchor=f"claim-{claim}")


def claims_page(practice, status=200, typed_at="", typed=None, problem=""):
    """The figures with a form each; `typed` is what was sent for one of them and not stored."""
    found = service.claims_of(practice)
    page = render_template(
        "moderation/claims.html",
        practice=practice,
        revision=practices.public_revision(practice) or practices.working_revision(practice),
        rows=[(one, typed if one.key == typed_at else empty_form(one)) for one in found],
        typed=typed,
        lost=typed if typed and typed_at not in {one.key for one in found} else None,
        problem=problem,
        is_public=practice.visibility != "none",
    )
    return page, status


def empty_form(claim):
    check = claim.check
    return CheckForm(
        formdata=None,
        seen=str(check.id) if check else "0",
        state=check.state if check else "unchecked",
        note=check.note if check else "",
    )


def forms_of(practice):
    """(claim, form) of every figure, for the review page; [] for whoever may not check them."""
    if not service.may_check(practice, current_user):
        return []
    return [(one, empty_form(one)) for one in service.claims_of(practice)]
