"""The queue of texts that wait, one of them to decide on, one’s own proposals, hiding what is public."""

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core.models import db
from exchange.core.pages import page_count, page_number
from exchange.core.web import error_page, notice, require
from exchange.network.forms.vetting import DecisionForm, HidingForm
from exchange.network.service import vetting as service
from exchange.network.views import network

TEXT = "/vetting/<int(max=2147483647):id>"
THING = "/vetting/<kind>/<thing>/hiding"


@network.get("/vetting")
def vetting():
    """What waits, the oldest first."""
    require(current_user.is_authenticated and current_user.is_moderator)
    kind = request.args.get("kind", "")
    kind = kind if kind in service.KINDS else ""
    number = page_number(request.args.get("page"))
    rows, total = service.waiting(kind, number)
    counts = service.counts()
    return render_template(
        "network/vetting.html",
        rows=[(row, service.KINDS[row.kind], service.may_decide(row, current_user)) for row in rows],
        kinds=[one for one in service.KINDS.values() if counts.get(one.name)],
        counts=counts,
        kind=kind,
        page=number,
        pages=page_count(total, service.PAGE),
        first=(number - 1) * service.PAGE + 1,
        total=total,
        page_address=lambda page: url_for("network.vetting", kind=kind or None, page=page),
    )


@network.get("/vetting/mine")
def proposed_texts():
    """What became of one’s own."""
    require(current_user.is_authenticated and bool(current_user.verified_at))
    rows = [
        (row, service.KINDS[row.kind])
        for row in service.proposed_by(current_user)
        if row.kind in service.KINDS
    ]
    return render_template("network/proposed_texts.html", rows=rows)


@network.get(TEXT)
def vetted_text(id):
    return text_page(seen_here(id))


@network.post(TEXT + "/decision")
def vetting_decision(id):
    text, form = decided_here(id), DecisionForm()
    if not form.validate():
        return text_page(text, form, 422)
    try:
        if request.form.get("verdict") == "publish":
            service.let_through(text, current_user._get_current_object(), form.seen.data)
        else:
            service.decline(text, current_user._get_current_object(), form.reason.data or "", form.seen.data)
    except service.ReasonMissing:
        db.session.rollback()
        form.reason.errors = [_("Say why: whoever proposed it reads it.")]
        return text_page(service.find(id), form, 422)
    except service.Meanwhile:
        db.session.rollback()
        return text_page(service.find(id), form, 409)
    db.session.commit()
    told = (
        _("It is public now.")
        if text.state == "public"
        else _("It is declined; who proposed it gets a letter.")
    )
    notice(told)
    return redirect(url_for("network.vetting"), 303)


@network.post(TEXT + "/return")
def take_text_back(id):
    """Whoever proposed it does not want it read any more."""
    text = service.find(id)
    require(text is not None and current_user.is_authenticated and current_user.id in text.hands)
    try:
        service.take_back(text, current_user._get_current_object())
    except service.Meanwhile:
        db.session.rollback()
        return error_page(409)
    db.session.commit()
    notice(_("It waits no more. What was public before stays."))
    return redirect(url_for("network.proposed_texts"), 303)


@network.get(THING)
def hiding(kind, thing):
    return hiding_page(public_here(kind, thing), HidingForm(formdata=None))


@network.post(THING)
def hide_text(kind, thing):
    text, form = public_here(kind, thing), HidingForm()
    if not form.validate():
        return hiding_page(text, form), 422
    service.hide(kind, thing, current_user._get_current_object(), form.reason.data)
    db.session.commit()
    notice(_("Nobody reads it any more; who wrote it gets a letter."))
    return redirect(url_for("network.vetted_text", id=text.id), 303)


# Shared


def seen_here(id):
    text = service.find(id)
    require(text is not None and text.kind in service.KINDS and service.may_see(text, current_user))
    return text


def decided_here(id):
    require(current_user.is_authenticated and current_user.is_moderator)
    text = seen_here(id)
    if not service.may_decide(text, current_user):
        abort(error_page(409, message=_("You wrote on this text: another moderator decides on it.")))
    return text


def public_here(kind, thing):
    require(current_user.is_authenticated and current_user.is_moderator and kind in service.KINDS)
    text = service.public(kind, thing)
    require(text is not None)
    return text


def text_page(text, form=None, status=200):
    kind = service.KINDS[text.kind]
    form = form or DecisionForm(formdata=None, seen=text.content_hash)
    changed = status == 409 or bool(form.seen.data) and form.seen.data != text.content_hash
    form.seen.data = text.content_hash
    page = render_template(
        "network/vetted_text.html",
        text=text,
        kind=kind,
        title=kind.title(text.content),
        lines=service.compared(text),
        is_change=text.state == "proposed" and service.public(text.kind, text.thing) is not None,
        form=form,
        changed=changed,
        may_decide=text.state == "proposed" and service.may_decide(text, current_user),
        may_take_back=text.state == "proposed" and current_user.id in text.hands,
    )
    return page, status


def hiding_page(text, form):
    kind = service.KINDS[text.kind]
    return render_template(
        "network/hiding.html", text=text, kind=kind, title=kind.title(text.content), form=form
    )
