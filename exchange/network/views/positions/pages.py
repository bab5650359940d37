"""Positions: the list, one of them with its signatures, its form, signing."""

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from exchange.accounts import service as accounts
from exchange.core.i18n import language
from exchange.core.models import db
from exchange.core.pages import page_count, page_number
from exchange.core.web import notice, require
from exchange.network.forms.positions import PositionForm, SignForm
from exchange.network.models.positions import Position
from exchange.network.service import codes, vetted, vetting
from exchange.network.service.positions import positions as service
from exchange.network.service.positions import signing
from exchange.network.views import network
from exchange.network.views.texts import me, ref_id, send
from exchange.taxonomy import service as taxonomy

NEW, EDIT = "/positions/new", "/positions/<public_id>/edit"


@network.get("/positions")
def positions():
    tree = taxonomy.topics()
    topic = request.args.get("topic") if request.args.get("topic") in tree else ""
    city = accounts.find_city(request.args["city"]) if request.args.get("city") else None
    page = page_number(request.args.get("page"))
    rows, total = service.public(page, topic, city)
    return render_template(
        "network/positions.html",
        rows=rows,
        total=total,
        page=page,
        pages=page_count(total, service.PER_PAGE),
        first=(page - 1) * service.PER_PAGE + 1,
        topic=topic,
        topics=tree,
        city=city,
        page_address=lambda number: url_for(
            "network.positions", topic=topic or None, city=city.slug if city else None, page=number
        ),
        may_propose=service.may_propose(current_user),
    )


@network.get("/positions/<ref>")
def position(ref):
    found = found_public(ref_id(ref))
    right = service.path_of(found.public_id, found.get("title"))
    if request.path != right:
        return redirect(right, 301)
    return position_page(found)


@network.get(NEW)
def new_position():
    require(service.may_propose(current_user))
    return form_page(PositionForm.of({}, code=codes.new_code(Position.public_id)))


@network.post(NEW)
def propose_position():
    require(service.may_propose(current_user))
    form = PositionForm()
    return send(
        form,
        lambda: service.propose(form.content, me(), base="", code=form.code.data),
        form_page,
        public_page,
    )


@network.get(EDIT)
def position_text(public_id):
    found = changed_here(public_id)
    content = vetted.text_of(service.KIND, found)
    return form_page(PositionForm.of(content, base=vetting.base_of(service.KIND, public_id)), found)


@network.post(EDIT)
def change_position(public_id):
    found, form = changed_here(public_id), PositionForm()
    return send(
        form,
        lambda: service.propose(form.content, me(), found, form.base.data),
        lambda form: form_page(form, found),
        public_page,
    )


@network.post("/positions/<public_id>/signatures")
def sign_position(public_id):
    """A city says it, too."""
    require(bool(signing.may_sign_for(current_user)))
    found = found_public(public_id)
    form = sign_form()
    if not form.validate():
        return position_page(found, form), 422
    try:
        signing.sign(found, accounts.find_city(form.city.data), me(), form.seen.data)
    except signing.OtherWords:
        db.session.rollback()
        form.form_errors.append(_("The words were changed meanwhile. Read them again before you sign."))
        return position_page(found_public(public_id), form), 409
    db.session.commit()
    notice(_("Your city’s name stands under it now."))
    return redirect(public_page(found), 303)


@network.post("/positions/<public_id>/signatures/<slug>/withdrawal")
def withdraw_signature(public_id, slug):
    city = accounts.find_city(slug)
    require(city is not None and current_user.is_authenticated and current_user.is_admin_of(city.id))
    found = found_public(public_id)
    signing.withdraw(found, city, me())
    db.session.commit()
    notice(_("Your city’s name stands there no more."))
    return redirect(public_page(found), 303)


# Shared


def found_public(public_id):
    found = service.find(public_id)
    return found if found is not None and found.is_public else abort(404)


def changed_here(public_id):
    require(service.may_propose(current_user))
    found = service.find(public_id)
    require(found is not None and service.may_change(found, current_user))
    return found


def sign_form(**more):
    form = SignForm(**more)
    named = sorted((city.label(language()), city.slug) for city in signing.may_sign_for(current_user))
    form.city.choices = [SelectChoice(slug, name) for name, slug in named]
    return form


def position_page(found, form=None):
    signatures = signing.signatures_of(found)
    signed = {row.city.slug for row in signatures if row.words_hash == found.words_hash}
    mine = [city for city in signing.may_sign_for(current_user) if city.slug not in signed]
    form = form or sign_form(formdata=None)
    form.city.choices = [one for one in form.city.choices if one.value not in signed]
    form.seen.data = found.words_hash
    return render_template(
        "network/position.html",
        position=found,
        signatures=sorted(signatures, key=lambda row: row.city.label(language())),
        topics=taxonomy.topics(),
        form=form if mine else None,
        may_change=service.may_change(found, current_user),
    )


def form_page(form, found=None):
    return render_template(
        "network/position_form.html",
        form=form,
        position=found,
        is_public=found is not None and found.is_public,
        signed=bool(found is not None and signing.signatures_of(found)),
    )


def public_page(found):
    return url_for("network.position", ref=found.public_id)
