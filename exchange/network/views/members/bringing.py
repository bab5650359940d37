"""The secretariat adds a city and puts it on the map."""

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core.models import db
from exchange.core.web import notice, require
from exchange.network.forms import bringing as forms
from exchange.network.service.members import bringing, editing
from exchange.network.views import network
from exchange.network.views.members.editing import find_for_secretariat, offices_page, put_off
from exchange.network.views.texts import me


@network.get("/cities/new")
def new_city():
    require(editing.may_change_offices(current_user))
    return new_city_page(forms.NewCityForm(formdata=None))


@network.post("/cities/new")
def add_city():
    require(editing.may_change_offices(current_user))
    form = forms.NewCityForm()
    if not form.validate():
        return new_city_page(form), 422
    try:
        city = bringing.add_city(
            me(), form.name.data, form.country.data, **form.words, note=form.note.data or ""
        )
    except bringing.Known as known:
        form.name.errors = [*form.name.errors, _("There is a city of that name in that country.")]
        return new_city_page(form, known.city), 409
    db.session.commit()
    notice(_("The city is added. Say now whether it is a member."))
    return redirect(url_for("network.city_offices", slug=city.slug), 303)


def new_city_page(form, known=None):
    return render_template("network/new_city.html", form=form, known=known)


@network.post("/cities/<slug>/place")
def change_place(slug):
    city, form = find_for_secretariat(slug), forms.PlaceForm(prefix="place")
    if not form.validate():
        return offices_page(city, place=form), 422
    try:
        changed = bringing.set_place(city, me(), form.words, form.base.data, form.note.data or "")
    except editing.Meanwhile:
        return offices_page(city, place=put_off(form, city, bringing.PLACE)), 409
    db.session.commit()
    notice(_("The place is changed.") if changed else _("Nothing was changed."))
    return redirect(url_for("network.city_offices", slug=slug), 303)
