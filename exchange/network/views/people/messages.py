"""Messages: writing the first one to somebody, all of one's own, one correspondence, blocking."""

from flask import abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core import i18n
from exchange.core.models import db
from exchange.core.pages import page_count, page_number
from exchange.core.web import notice, require
from exchange.network.forms import people as forms
from exchange.network.service.people import messages, profiles
from exchange.network.service.people.messages import TakesNone, WaitForAnswer
from exchange.network.views import network
from exchange.network.views.people.pages import find_profile, may_show
from exchange.network.views.talk import refusals

CORRESPONDENCE = "/messages/<public_id>"
SENTENCES = {
    TakesNone: lambda _error: (409, _("This person takes no messages at present.")),
    WaitForAnswer: lambda _error: (
        409,
        _("You have written three times without an answer. Wait for one before you write again."),
    ),
}


def explained(error):
    return SENTENCES.get(type(error), refusals.explained)(error)


# The first one


@network.get("/people/<ref>/message")
def new_message(ref):
    found = find_addressee(ref)
    if known := messages.correspondence_of(current_user, found.by):
        return redirect(url_for("network.correspondence", public_id=known.public_id))
    return message_page(found, forms.MessageForm(formdata=None))


@network.post("/people/<ref>/message")
def send_message(ref):
    found, form = find_other(ref), forms.MessageForm()
    if not form.validate():
        return message_page(found, form, 422)
    try:
        made = send(found.by, form)
    except refusals.REFUSALS as error:
        db.session.rollback()
        status, problem = explained(error)
        return message_page(find_profile(ref), form, status, problem)
    return sent(made)


def send(to, form):
    user = current_user._get_current_object()
    return messages.send(user, to, form.text.data, i18n.language(), form.gives_address.data)


def sent(message):
    path = messages.path_of(message)
    db.session.commit()
    notice(_("Your message is sent by letter. You get a letter when it is answered."))
    return redirect(path, 303)


def find_addressee(ref):
    """The profile of somebody else who can be written to, for people with a proven address."""
    found = find_other(ref)
    require(messages.may_write(current_user, found.by))
    return found


def find_other(ref):
    require(current_user.is_authenticated)
    require(may_show())
    found = find_profile(ref)
    require(found.by_id != current_user.id)
    return found


def message_page(profile, form, status=200, problem=""):
    page = render_template("network/new_message.html", profile=profile, form=form, problem=problem)
    return page, status


# All, and one correspondence


@network.get("/messages")
def message_list():
    require(may_show())
    page = page_number(request.args.get("page"))
    found, total = messages.correspondences(current_user, page)
    return render_template(
        "network/messages.html",
        found=found,
        total=total,
        page=page,
        pages=page_count(total, messages.PAGE),
        first=(page - 1) * messages.PAGE + 1,
        blocked=messages.blocked_by(current_user),
        own=profiles.of(current_user),
        days_kept=current_app.config["SETTINGS"].keep_messages_days,
    )


@network.get(CORRESPONDENCE)
def correspondence(public_id):
    return correspondence_page(find_own(public_id), forms.MessageForm(formdata=None))


@network.post(CORRESPONDENCE)
def answer_message(public_id):
    found, form = find_own(public_id), forms.MessageForm()
    if not form.validate():
        return correspondence_page(found, form, 422)
    try:
        made = send(found.beside(current_user), form)
    except refusals.REFUSALS as error:
        db.session.rollback()
        status, problem = explained(error)
        return correspondence_page(find_own(public_id), form, status, problem)
    return sent(made)


@network.post(CORRESPONDENCE + "/block")
def block_person(public_id):
    """Block the other one, or with `blocked=no` no longer."""
    found = find_own(public_id)
    user, other = current_user._get_current_object(), found.beside(current_user)
    if request.form.get("blocked") == "no":
        messages.unblock(user, other)
        notice(_("%(name)s may write to you again.", name=other.name))
    else:
        messages.block(user, other)
        notice(_("Blocked: no message of %(name)s reaches you. They are not told.", name=other.name))
    db.session.commit()
    return redirect(url_for("network.correspondence", public_id=public_id), 303)


def find_own(public_id):
    """A correspondence of the reader's; nothing is learnt by others."""
    require(current_user.is_authenticated)
    require(may_show())
    return messages.find(public_id.upper(), current_user) or abort(404)


def correspondence_page(found, form, status=200, problem=""):
    seen, hidden, whole = messages.messages_for(found, current_user)
    other = found.beside(current_user)
    page = render_template(
        "network/correspondence.html",
        correspondence=found,
        other=other,
        profile=profiles.of(other) if other.is_active else None,
        seen=seen,
        hidings=hidden,
        earlier=max(0, whole - messages.LATEST),
        unseen=min(whole, messages.LATEST) - len(seen),
        form=form,
        problem=problem,
        may_write=messages.may_write(current_user, other),
        blocked=messages.blocked(current_user, other),
        can_report=True,
    )
    return page, status
