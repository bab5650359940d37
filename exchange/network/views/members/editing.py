"""A city's people change its profile; the secretariat its membership and its offices."""

from flask import abort, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.accounts import service as accounts
from exchange.core.models import db
from exchange.core.web import notice, require
from exchange.network.forms import bringing, fields
from exchange.network.forms import members as forms
from exchange.network.models.members import TermOfOffice
from exchange.network.service.members import editing, offices
from exchange.network.service.members.words import CLIMATES
from exchange.network.views import network
from exchange.network.views.texts import me

EDIT, OFFICES = "/cities/<slug>/edit", "/cities/<slug>/offices"
TERM = OFFICES + "/<int(max=2147483647):term_id>"


@network.get(EDIT)
def city_edit(slug):
    city = find_city(slug)
    return profile_page(city, forms.ProfileForm.of(city))


@network.post(EDIT)
def change_city(slug):
    city, form = find_city(slug), forms.ProfileForm()
    if not form.validate():
        return profile_page(city, form), 422
    try:
        changed = editing.change_profile(city, me(), form.words(city), form.base.data, form.note.data or "")
    except editing.Meanwhile:
        return profile_page(city, put_off(form, city, editing.PROFILE)), 409
    db.session.commit()
    notice(
        _("Changed. What changed stands at the end of the page.") if changed else _("Nothing was changed.")
    )
    return redirect(url_for("front.city", slug=slug), 303)


def find_city(slug):
    """The city, for those who look after it; nothing is learnt by others."""
    require(current_user.is_authenticated)
    city = accounts.find_city(slug)
    require(city and editing.may_edit(current_user, city))
    return city


def profile_page(city, form):
    return render_template(
        "network/city_edit.html",
        city=city,
        form=fields.with_spare(form),
        facts=forms.FACTS,
        climates=CLIMATES,
    )


def put_off(form, thing, names):
    """What was typed, and a new base: whoever sends it again knows what they replace."""
    db.session.rollback()
    form.base.data = editing.base_of(thing, names)
    form.form_errors.append(
        _(
            "Someone else has changed this meanwhile. What you typed is still here: "
            "send it again to replace theirs."
        )
    )
    return form


# Membership and offices


@network.get(OFFICES)
def city_offices(slug):
    city = find_for_secretariat(slug)
    return offices_page(city)


@network.post("/cities/<slug>/membership")
def change_membership(slug):
    city, form = find_for_secretariat(slug), forms.MembershipForm()
    if not form.validate():
        return offices_page(city, form), 422
    try:
        changed = editing.set_membership(city, me(), form.words, form.base.data, form.note.data or "")
    except editing.Meanwhile:
        form = put_off(form, city, editing.MEMBERSHIP)
        return offices_page(city, form), 409
    db.session.commit()
    notice(_("The membership is changed.") if changed else _("Nothing was changed."))
    return redirect(url_for("network.city_offices", slug=slug), 303)


@network.post(OFFICES)
def add_office(slug):
    city, form = find_for_secretariat(slug), forms.TermForm(prefix="term")
    if not form.validate():
        return offices_page(city, term=form), 422
    editing.add_term(city, me(), form.words, form.why.data or "")
    db.session.commit()
    notice(_("The office is recorded."))
    return redirect(url_for("network.city_offices", slug=slug), 303)


@network.get(TERM)
def city_office(slug, term_id):
    term = find_term(slug, term_id)
    return term_page(term, forms.TermForm.of(term), blank_removal())


@network.post(TERM)
def change_office(slug, term_id):
    term, form = find_term(slug, term_id), forms.TermForm(prefix="term")
    if not form.validate():
        return term_page(term, form, blank_removal()), 422
    try:
        changed = editing.change_term(term, me(), form.words, form.base.data, form.why.data or "")
    except editing.Meanwhile:
        return term_page(term, put_off(form, term, editing.TERM), blank_removal()), 409
    db.session.commit()
    notice(_("The office is changed.") if changed else _("Nothing was changed."))
    return redirect(url_for("network.city_offices", slug=slug), 303)


@network.post(TERM + "/removal")
def remove_office(slug, term_id):
    term, form = find_term(slug, term_id), forms.RemovalForm(prefix="removal")
    if not form.validate():
        return term_page(term, forms.TermForm.of(term), form), 422
    editing.remove_term(term, me(), form.why.data)
    db.session.commit()
    notice(_("The office is taken out."))
    return redirect(url_for("network.city_offices", slug=slug), 303)


def find_for_secretariat(slug):
    require(current_user.is_authenticated and editing.may_change_offices(current_user))
    return accounts.find_city(slug) or abort(404)


def find_term(slug, term_id):
    city = find_for_secretariat(slug)
    term = db.session.get(TermOfOffice, term_id)
    require(term and term.city_id == city.id)
    return term


def blank_term():
    return forms.TermForm(formdata=None, prefix="term")


def blank_removal():
    return forms.RemovalForm(formdata=None, prefix="removal")


def offices_page(city, membership=None, term=None, place=None):
    """Membership, place and offices of a city; the form that was sent keeps what was typed."""
    return render_template(
        "network/city_offices.html",
        city=city,
        membership=membership or forms.MembershipForm.of(city),
        place=place or bringing.PlaceForm.of(city),
        form=term or blank_term(),
        terms=offices.terms_of(city),
        office_names=offices.OFFICE_NAMES,
    )


def term_page(term, form, removal):
    return render_template(
        "network/city_office.html",
        term=term,
        city=term.city,
        form=form,
        removal=removal,
        office_names=offices.OFFICE_NAMES,
    )
