"""One's own profile: made, changed, taken down."""

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core.models import db
from exchange.core.web import notice, require
from exchange.network.forms import people as forms
from exchange.network.service.people import profiles
from exchange.network.service.talk import reports
from exchange.network.views import network
from exchange.network.views.people.pages import may_show
from exchange.network.views.talk.refusals import REFUSALS, explained


@network.get("/account/profile")
def own_profile():
    require(may_show())
    found = profiles.of(current_user)
    form = forms.ProfileForm(formdata=None).offer(current_user)
    if found:
        form.fill(found)
    elif len(current_user.cities) == 1:
        form.city.data = current_user.cities[0].slug
    return profile_form_page(form, found)


@network.post("/account/profile")
def change_profile():
    require(may_show())
    user = current_user._get_current_object()
    form = forms.ProfileForm().offer(user)
    if not form.validate():
        return profile_form_page(form, profiles.of(user), 422)
    try:
        made = profiles.tell(user, **form.words(user))
    except REFUSALS as error:
        db.session.rollback()
        status, problem = explained(error)
        return profile_form_page(form, profiles.of(user), status, problem)
    db.session.commit()
    notice(_("Saved. This is how others see you."))
    return redirect(profiles.path_of(made), 303)


@network.post("/account/profile/removal")
def take_profile_down():
    require(may_show())
    profiles.take_down(current_user._get_current_object())
    db.session.commit()
    notice(_("Your profile is taken down. Nothing of it is kept."))
    return redirect(url_for("network.own_profile"), 303)


def profile_form_page(form, profile, status=200, problem=""):
    page = render_template(
        "network/profile_form.html",
        form=form,
        profile=profile,
        problem=problem,
        hiding=reports.hiding_of(profile) if profile else None,
    )
    return page, status
