"""Partners: the list, one of them, its form, and who writes for it."""

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core.models import db
from exchange.core.pages import page_count, page_number
from exchange.core.web import notice, require
from exchange.network.forms.fields import with_spare
from exchange.network.forms.partners import EditorForm, PartnerForm
from exchange.network.service import vetted, vetting
from exchange.network.service.partners import editors, partners
from exchange.network.views import network
from exchange.network.views.texts import me, send
from exchange.taxonomy import service as taxonomy

NEW, ONE = "/partners/new", "/partners/<slug>"
EDIT = ONE + "/edit"


@network.get("/partners", endpoint="partners")
def partners_list():
    kind = request.args.get("kind", "") if request.args.get("kind") in partners.KINDS else ""
    page = page_number(request.args.get("page"))
    rows, total = partners.public(kind, page)
    return render_template(
        "network/partners.html",
        rows=rows,
        total=total,
        page=page,
        pages=page_count(total, partners.PER_PAGE),
        first=(page - 1) * partners.PER_PAGE + 1,
        kind=kind,
        kinds=partners.kinds_there_are(),
        topics=taxonomy.topics(),
        page_address=lambda number: url_for("network.partners", kind=kind or None, page=number),
        may_propose=partners.may_propose(current_user),
    )


@network.get(ONE)
def partner(slug):
    return partner_page(found_public(slug))


@network.get(NEW)
def new_partner():
    require(partners.may_propose(current_user))
    return form_page(PartnerForm.of({}))


@network.post(NEW)
def propose_partner():
    require(partners.may_propose(current_user))
    form = PartnerForm()
    return propose(form, lambda: partners.propose(form.content, me(), base=""), form_page)


@network.get(EDIT)
def partner_text(slug):
    found = changed_here(slug)
    content = vetted.text_of(partners.KIND, found)
    return form_page(PartnerForm.of(content, base=vetting.base_of(partners.KIND, slug)), found)


@network.post(EDIT)
def change_partner(slug):
    found, form = changed_here(slug), PartnerForm()
    return propose(
        form,
        lambda: partners.propose(form.content, me(), found, form.base.data),
        lambda form: form_page(form, found),
    )


@network.post(ONE + "/editors")
def partner_editors(slug):
    found, form = named_here(slug), EditorForm()
    if not form.validate():
        return partner_page(found, form), 422
    try:
        editors.name_editor(found, form.email.data, me())
    except editors.NoSuchPerson:
        db.session.rollback()
        form.email.errors = [
            _("Nobody with a confirmed address has this account. Ask them to make one first.")
        ]
        return partner_page(found_public(slug), form), 422
    db.session.commit()
    notice(_("They may write for it from now on."))
    return redirect(url_for("network.partner", slug=slug), 303)


@network.post(ONE + "/editors/<int(max=2147483647):editor_id>/dismissal")
def partner_editor_end(slug, editor_id):
    found = named_here(slug)
    row = editors.find(found, editor_id)
    require(row is not None)
    editors.dismiss_editor(found, row, me())
    db.session.commit()
    notice(_("They write for it no more."))
    return redirect(url_for("network.partner", slug=slug), 303)


# Shared


def propose(form, act, page):
    try:
        return send(form, act, page, lambda found: url_for("network.partner", slug=found.public_id))
    except partners.NameTaken:
        db.session.rollback()
        form.name.errors = [_("There is a partner of this name already.")]
        return page(form), 422


def found_public(slug):
    found = partners.find(slug)
    return found if found is not None and found.is_public else abort(404)


def changed_here(slug):
    require(current_user.is_authenticated and bool(current_user.verified_at))
    found = partners.find(slug)
    require(found is not None and partners.may_change(found, current_user))
    return found


def named_here(slug):
    """The partner, for coordinators, who name its editors."""
    require(current_user.is_authenticated and current_user.is_coordinator)
    return found_public(slug)


def partner_page(found, form=None):
    may_name = current_user.is_authenticated and current_user.is_coordinator
    may_change = partners.may_change(found, current_user)
    return render_template(
        "network/partner.html",
        partner=found,
        cases=partners.brought(found),
        events=partners.events_of(found),
        topics=taxonomy.topics(),
        editors=editors.editors_of(found) if may_change else [],
        may_change=may_change,
        may_name=may_name,
        form=(form or EditorForm(formdata=None)) if may_name else None,
    )


def form_page(form, found=None):
    return render_template(
        "network/partner_form.html",
        form=with_spare(form),
        partner=found,
        is_public=found is not None and found.is_public,
    )
