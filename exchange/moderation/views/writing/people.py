"""Who writes a case together, who is asked to, who looks on through a link; and the case handed on."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user

from exchange.accounts import service as accounts
from exchange.core import i18n
from exchange.core.models import db
from exchange.core.web import notice, require
from exchange.moderation.forms import drafting
from exchange.moderation.views import moderation
from exchange.moderation.views.writing.texts import CASE, find_for
from exchange.practices import authorship, sharing
from exchange.practices.models import Invitation, SharedLink
from exchange.practices.service import NotAllowed

REFUSED = {
    "author": _l("This person has a part in the case already: change it in the list."),
    "elsewhere": _l(
        "Nobody who works for the city here has this address. A case is handed on within its city."
    ),
}


@moderation.get(CASE + "/people")
def people(public_id):
    return people_page(find_taking_part(public_id))


@moderation.post(CASE + "/invitations")
def invite_author(public_id):
    practice = find_led(public_id)
    form = drafting.InviteForm()
    return ask(practice, form, form.email, form.role.data, "invite")


@moderation.post(CASE + "/handover")
def hand_over(public_id):
    practice = find_led(public_id)
    form = drafting.HandOverForm()
    return ask(practice, form, form.heir, "lead", "heir")


@moderation.post(CASE + "/invitations/<invitation_id>/withdrawal")
def withdraw_invitation(public_id, invitation_id):
    practice = find_led(public_id)
    invitation = db.session.get(Invitation, invitation_id)
    require(invitation is not None and invitation.practice_id == practice.id)
    authorship.withdraw(invitation, current_user)
    db.session.commit()
    notice(_("The invitation to %(address)s opens nothing any more.", address=invitation.email))
    return back(practice)


@moderation.post(CASE + "/people/<int(max=2147483647):user_id>")
def change_part(public_id, user_id):
    """Another part, or none; everybody but the lead may leave."""
    practice = find_taking_part(public_id)
    hand = next((one for one in practice.authors if one.user_id == user_id), None)
    require(user_id == current_user.id or practice.may_be_submitted_by(current_user))
    form = drafting.PartForm()
    if hand is None or not form.validate_on_submit():
        return people_page(practice), 409 if hand is None else 422
    try:
        give_part(practice, hand.user, form.role.data)
    except NotAllowed:
        db.session.rollback()
        notice(_("A case keeps its lead author until another one has accepted."))
        return back(practice)
    db.session.commit()
    gone = user_id == current_user.id and form.role.data == "none"
    return redirect(url_for("moderation.my_cases"), 303) if gone else back(practice)


def give_part(practice, user, role):
    if role != "none":
        require(practice.may_be_submitted_by(current_user))
        authorship.change(practice, user, role, current_user)
        notice(_("%(name)s: %(part)s.", name=user.name, part=drafting.MAY[role]))
        return
    authorship.remove(practice, user, current_user)
    notice(_("%(name)s has no part in it any more.", name=user.name))


@moderation.post(CASE + "/links")
def share(public_id):
    practice, _revision = find_for(public_id, "may_be_edited_by")
    require(practice.may_be_shared_by(current_user))
    form = drafting.ShareForm()
    if not form.validate_on_submit():
        return people_page(practice, share=form), 422
    try:
        if form.send_to.data:
            accounts.count_try("share", form.send_to.data, request.remote_addr)
        sharing.share(
            practice,
            current_user,
            int(form.days.data),
            form.for_whom.data or "",
            form.send_to.data or None,
            i18n.language(),
        )
    except accounts.TooManyTries as refusal:
        return too_many(practice, refusal, share=form)
    except NotAllowed:
        db.session.rollback()
        form.form_errors.append(
            _("%(count)d links work already: end one that is no longer needed.", count=sharing.MOST)
        )
        return people_page(practice, share=form), 422
    db.session.commit()
    notice(
        _("The link stands below. Whoever has it reads the draft.")
        if not form.send_to.data
        else _("A letter with the link is on its way to %(address)s.", address=form.send_to.data)
    )
    return back(practice, "links")


@moderation.post(CASE + "/links/<link_id>/end")
def end_sharing(public_id, link_id):
    practice, _revision = find_for(public_id, "may_be_edited_by")
    link = db.session.get(SharedLink, link_id)
    require(link is not None and link.practice_id == practice.id)
    sharing.end(link, current_user)
    db.session.commit()
    notice(_("The link opens nothing any more."))
    return back(practice, "links")


# Asking somebody


def ask(practice, form, field, role, name):
    if not form.validate_on_submit():
        return people_page(practice, **{name: form}), 422
    try:
        accounts.count_try("invitation", field.data, request.remote_addr)
        invitation = authorship.invite(practice, field.data, role, current_user, i18n.language())
    except accounts.TooManyTries as refusal:
        return too_many(practice, refusal, **{name: form})
    except authorship.Refused as refusal:
        db.session.rollback()
        field.errors = [REFUSED[refusal.why]]
        return people_page(practice, **{name: form}), 422
    db.session.commit()
    notice(_("We have sent an invitation to %(address)s.", address=invitation.email))
    return back(practice)


def too_many(practice, refusal, **form):
    hours = -(-refusal.seconds // 3600)
    wait = ngettext("Wait an hour, then try again.", "Wait %(num)s hours, then try again.", hours)
    next(iter(form.values())).form_errors.append(_("Too many letters were asked for.") + " " + wait)
    return people_page(practice, **form), 429, {"Retry-After": str(refusal.seconds)}


# Finding, going back


def find_taking_part(public_id):
    """The case, for everybody who has a part in it, and the city's admin."""
    practice, _revision = find_for(public_id, "may_be_seen_by")
    require(practice.hand_of(current_user) or practice.may_be_edited_by(current_user))
    return practice


def find_led(public_id):
    """The case, for those who say who takes part: the lead author and the city's admin."""
    practice, _revision = find_for(public_id, "may_be_submitted_by")
    return practice


def back(practice, anchor=None):
    return redirect(url_for("moderation.people", public_id=practice.public_id, _anchor=anchor), 303)


def people_page(practice, **forms):
    practice, revision = find_for(practice.public_id, "may_be_seen_by")
    made = {
        "invite": drafting.InviteForm,
        "heir": drafting.HandOverForm,
        "share": drafting.ShareForm,
    }
    may_write = practice.may_be_edited_by(current_user)
    return render_template(
        "moderation/people.html",
        practice=practice,
        revision=revision,
        invitations=authorship.waiting(practice),
        shared_links=sharing.of(practice) if may_write else [],
        sharing=sharing,
        may_write=may_write,
        may_lead=practice.may_be_submitted_by(current_user),
        may_share=practice.may_be_shared_by(current_user),
        roles=drafting.ROLES,
        may=drafting.MAY,
        part_choices=drafting.choices_of_part(),
        **{name: forms.get(name) or form(formdata=None) for name, form in made.items()},
    )
