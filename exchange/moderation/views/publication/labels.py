"""The badges of a case: what it has, what it had, given and taken with a note."""

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core.models import db
from exchange.core.web import notice, require
from exchange.moderation import queries, service
from exchange.moderation.forms import desk as forms
from exchange.moderation.forms.publication import LabelForm
from exchange.moderation.views import moderation
from exchange.moderation.views.publication.visibility import PRACTICE, find_others
from exchange.moderation.views.refusals import REFUSALS, explained
from exchange.practices import service as practices

LABELS = PRACTICE + "/labels"


@moderation.get(LABELS)
def labels(public_id):
    return labels_page(find_labelled(public_id), LabelForm(formdata=None))


@moderation.post(LABELS)
def new_label(public_id):
    practice = find_labelled(public_id)
    form = LabelForm()
    if not form.validate():
        return labels_page(practice, form, 422)
    about = form.kind.data, current_user, form.note.data, form.name.data or "", form.year.data
    try:
        service.give_label(practice, *about)
    except REFUSALS as error:
        db.session.rollback()
        return labels_page(find_labelled(public_id), form, *explained(error))
    db.session.commit()
    notice(_("The case has this label now."))
    return redirect(url_for("moderation.labels", public_id=practice.public_id), 303)


@moderation.post(LABELS + "/<int(max=2147483647):label_id>/removal")
def label_removal(public_id, label_id):
    practice = find_labelled(public_id)
    label = practices.find_label(practice, label_id)
    require(label is not None)
    form = forms.ReasonForm(prefix=f"label-{label_id}-")
    if not form.validate():
        return labels_page(practice, LabelForm(formdata=None), 422, removing={label_id: form})
    try:
        service.take_label(practice, label, current_user, form.reason.data)
    except REFUSALS as error:
        db.session.rollback()
        status, problem = explained(error)
        kept = {label_id: form}
        return labels_page(find_labelled(public_id), LabelForm(formdata=None), status, problem, kept)
    db.session.commit()
    notice(_("The case has this label no more."))
    return redirect(url_for("moderation.labels", public_id=practice.public_id), 303)


def find_labelled(public_id):
    practice = find_others(public_id)
    require(current_user.is_moderator)
    return practice


def labels_page(practice, form, status=200, problem="", removing=None):
    page = render_template(
        "moderation/labels.html",
        practice=practice,
        revision=practices.public_revision(practice) or practices.latest_revision(practice),
        form=form,
        problem=problem,
        rows=queries.labels_of(practice),
        given=service.GIVEN,
        removal_form=lambda label: (
            (removing or {}).get(label.id) or forms.ReasonForm(formdata=None, prefix=f"label-{label.id}-")
        ),
    )
    return page, status
