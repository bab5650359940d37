"""What the pages share on which somebody proposes a text: sending it, and telling of a conflict."""

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core.models import db
from exchange.core.web import notice
from exchange.network.service import vetting


def me():
    return current_user._get_current_object()


def send(form, propose, page, back):
    """Propose what the form says, then go to where the text stands.

    `propose()` returns (thing, VettedText or None); `page(form)` is the page with what was typed, for
    mistakes; `back(thing)` is where to go when exactly that is public already.
    """
    if not form.validate():
        return page(form), 422
    try:
        thing, text = propose()
    except vetting.Meanwhile as told:
        db.session.rollback()
        return page(changed_meanwhile(form, told.text)), 409
    where = url_for("network.vetted_text", id=text.id) if text else back(thing)
    db.session.commit()
    notice(_("A moderator reads it now; you get a letter.") if text else _("That is public already."))
    return redirect(where, 303)


def changed_meanwhile(form, text):
    """What was typed, and a new base: whoever sends it again knows what they replace."""
    form.base.data = vetting.hash_of(text)
    form.form_errors.append(
        _(
            "Someone else has changed this meanwhile. What you typed is still here: "
            "send it again to replace theirs."
        )
    )
    return form


def ref_id(ref):
    """The short name before the words of an address: 'K7Q2MX-annual-assembly' → 'K7Q2MX'."""
    return ref.partition("-")[0]
