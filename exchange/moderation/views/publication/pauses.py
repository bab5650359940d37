"""Pauses of publishing, as before an election: for all, or for one city."""

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from exchange.accounts import service as accounts
from exchange.core import i18n
from exchange.core.models import db
from exchange.core.web import notice, require
from exchange.moderation import service
from exchange.moderation.forms.publication import PauseForm
from exchange.moderation.models import Hold
from exchange.moderation.views import moderation
from exchange.moderation.views.refusals import REFUSALS, explained

PAUSES = "/desk/pauses"


@moderation.get(PAUSES)
def pauses():
    return pauses_page(pause_form(formdata=None))


@moderation.post(PAUSES)
def new_pause():
    form = pause_form()
    if not form.validate():
        return pauses_page(form, 422)
    city = accounts.find_city(form.city.data) if form.city.data else None
    try:
        made = service.pause(*form.stretch, current_user._get_current_object(), form.reason.data, city)
    except REFUSALS as error:
        db.session.rollback()
        return pauses_page(form, *explained(error))
    db.session.commit()
    notice(_("Publishing pauses as you said; what is public already stays."))
    return redirect(url_for("moderation.pauses", _anchor=f"pause-{made.id}"), 303)


@moderation.post(PAUSES + "/<int(max=2147483647):id>/end")
def pause_end(id):
    require(is_allowed())
    found = db.session.get(Hold, id)
    require(found is not None and found.practice_id is None)
    require(service.may_pause(current_user, found.city_id))
    try:
        service.end_pause(found, current_user)
    except REFUSALS as error:
        db.session.rollback()
        return pauses_page(pause_form(formdata=None), *explained(error))
    db.session.commit()
    notice(_("The pause is over; what waited for it goes public within a minute."))
    return redirect(url_for("moderation.pauses"), 303)


def is_allowed():
    return current_user.is_authenticated and (current_user.is_coordinator or bool(own_cities()))


def own_cities():
    return [city for city in current_user.cities if current_user.is_admin_of(city.id)]


def pause_form(**more):
    """With the cities that this person may choose from; a coordinator may choose all at once."""
    require(is_allowed())
    form = PauseForm(**more)
    cities = accounts.member_cities() if current_user.is_coordinator else own_cities()
    named = sorted((city.label(i18n.language()), city.slug) for city in cities)
    form.city.choices = [SelectChoice(slug, name) for name, slug in named]
    if current_user.is_coordinator:
        form.city.choices.insert(0, SelectChoice("", _("Everybody’s")))
    return form


def pauses_page(form, status=200, problem=""):
    page = render_template(
        "moderation/pauses.html",
        form=form,
        problem=problem,
        rows=[(hold, service.may_pause(current_user, hold.city_id)) for hold in service.pauses()],
    )
    return page, status
