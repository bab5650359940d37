"""An invitation by letter to take a part in a case: looking does nothing, one of two buttons answers it."""

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.accounts import service as accounts
from exchange.core import i18n
from exchange.core.models import db
from exchange.core.web import notice
from exchange.moderation.forms import drafting
from exchange.moderation.views import moderation
from exchange.moderation.views.writing.texts import current_text
from exchange.practices import authorship


@moderation.route("/invitations/<token>", methods=["GET", "POST"])
def invitation(token):
    found = authorship.find(token)
    if found is None:
        return uncached("moderation/dead_invitation.html", 404)
    form = form_for(found)
    if not form.is_submitted() or not (is_declining() or form.validate()):
        return invitation_page(found, form)
    try:
        user = decline(found) if is_declining() else accept(found, form)
    except authorship.Refused as refusal:
        db.session.rollback()
        if refusal.why == "used":
            return uncached("moderation/dead_invitation.html", 409)
        form.form_errors.append(SAID[refusal.why]())
        return invitation_page(found, form, 422)
    db.session.commit()
    return go_on(found, user)


SAID = {
    "elsewhere": lambda: _("You no longer work for this city here: the case cannot be handed on to you."),
    "address": lambda: _(
        "You are signed in with another address than the one that was invited. Sign out first."
    ),
}


def form_for(found):
    newcomer = accounts.is_newcomer(found.email)
    return drafting.JoinForm() if newcomer else drafting.AnswerForm()


def is_declining():
    return request.form.get("do") == "decline"


def accept(found, form):
    """Who has joined now: made an account for, if the address had none. Raises authorship.Refused."""
    if current_user.is_authenticated and current_user.email != found.email:
        raise authorship.Refused("address")
    if "name" in form:
        user = accounts.welcome(found.email, form.name.data, None, i18n.language())
    else:
        user = accounts.find_user(found.email)
    authorship.accept(found, user)
    return user


def decline(found):
    authorship.decline(found, accounts.find_user(found.email))


def go_on(found, user):
    """Into the case for those who are signed in; whoever is new signs in by the button of a next page."""
    if user is None:
        notice(_("You have declined. Nobody expects anything of you."))
        return redirect(url_for("front.home"), 303)
    path = place_of(found)
    if current_user.is_authenticated:
        notice(_("You now take part in this case."))
        return redirect(path, 303)
    if user.password_hash:
        notice(_("You now take part in this case. Sign in to open it."))
        return redirect(url_for("accounts.sign_in", next=path), 303)
    link = accounts.make_link("sign-in", user)
    db.session.commit()
    return redirect(url_for("accounts.one_time_link", token=accounts.token_of(link), next=path), 303)


def place_of(found):
    """The page of the case that this part opens."""
    page = {"commenter": "moderation.beside", "viewer": "moderation.preview"}.get(found.role)
    here = {"public_id": found.practice.public_id}
    return url_for(page, **here) if page else url_for("moderation.write", step="what-and-where", **here)


def invitation_page(found, form, status=200):
    wrong = form.is_submitted() and (form.errors or form.form_errors)
    return uncached(
        "moderation/invitation.html",
        422 if wrong else status,
        invitation=found,
        form=form,
        revision=current_text(found.practice),
        may=drafting.MAY,
        is_other=current_user.is_authenticated and current_user.email != found.email,
    )


def uncached(template, status, **more):
    response = make_response(render_template(template, **more), status)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
