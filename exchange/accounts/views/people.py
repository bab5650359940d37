"""Looking after others: a city's people, requests to be let in, accounts."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from exchange.accounts import forms, service
from exchange.accounts.models import User
from exchange.accounts.views import accounts
from exchange.accounts.views.entrance import checked, page, too_many
from exchange.core.forms import tidy
from exchange.core.i18n import language
from exchange.core.models import db
from exchange.core.pages import page_count, page_number
from exchange.core.web import local_path, notice, require

ACTS = {  # of the audit, as an administrator reads them
    "sign up": _l("Asked for an account"),
    "verify": _l("Address confirmed"),
    "sign in": _l("Signed in"),
    "change details": _l("Name or language changed"),
    "change address": _l("Mail address changed or confirmed again"),
    "resume letters": _l("Letters go on: the address works again"),
    "pause letters": _l("Letters paused: they came back"),
    "set password": _l("Password changed"),
    "suspend": _l("Suspended"),
    "restore": _l("Restored"),
    "grant role": _l("Role given"),
    "revoke role": _l("Role taken"),
    "ask membership": _l("Asked to work for a city"),
    "accept invitation": _l("Accepted an invitation"),
    "membership approved": _l("Let in by a city"),
    "membership declined": _l("Not let in by a city"),
    "membership ended": _l("Left a city"),
    "make city admin": _l("Made administrator of a city"),
    "end city admin": _l("No longer administrator of a city"),
}


# A city's people


@accounts.get("/cities/<slug>/people")
def city_people(slug):
    return people_page(managed_city(slug), forms.Invite())


@accounts.post("/cities/<slug>/invitations")
def invitations(slug):
    city = managed_city(slug)
    form = forms.Invite()
    if not form.validate_on_submit():
        return people_page(city, form)
    try:
        service.count_try("invitation", form.email.data, request.remote_addr)
    except service.TooManyTries as refusal:
        return too_many("city_people", form, refusal, **people_of(city))
    service.invite(form.email.data, city, current_user, form.as_admin.data)
    db.session.commit()
    notice(_("We have sent an invitation to %(address)s.", address=form.email.data))
    return redirect(url_for("accounts.city_people", slug=slug), 303)


@accounts.get("/people/requests")
def requests():
    require(current_user.is_authenticated and current_user.is_coordinator)
    return render_template("accounts/requests.html", requests=decidable(service.requests()))


@accounts.post("/memberships/<int(max=2147483647):member_id>/decision")
def decide_membership(member_id):
    member = managed_member(member_id, service.may_decide)
    form = checked(forms.DecideMembership())
    try:
        service.decide_membership(member, form.decision.data == "approve", current_user, form.as_admin.data)
        notice(decided(member))
    except service.Refused:
        db.session.rollback()
        notice(_("Someone else decided that meanwhile."))
    db.session.commit()
    return back_to_people(member)


@accounts.post("/memberships/<int(max=2147483647):member_id>/end")
def end_membership(member_id):
    member = managed_member(member_id, service.may_end)
    service.end_membership(member, current_user)
    db.session.commit()
    notice(_("%(name)s no longer works for %(city)s here.", **names(member)))
    if member.user_id == current_user.id:
        return redirect(url_for("accounts.account"), 303)
    return back_to_people(member)


@accounts.post("/memberships/<int(max=2147483647):member_id>/administration")
def city_admin(member_id):
    member = managed_member(member_id, service.may_decide)
    form = checked(forms.CityAdmin())
    service.set_city_admin(member, form.is_admin.data == "yes", current_user)
    db.session.commit()
    if member.is_admin:
        notice(_("%(name)s now looks after the people and cases of %(city)s.", **names(member)))
    else:
        notice(_("%(name)s no longer looks after the people and cases of %(city)s.", **names(member)))
    return back_to_people(member)


def managed_city(slug):
    """The city, if the person looks after its people; as absent as an unknown one for all others."""
    require(current_user.is_authenticated)
    city = service.find_city(slug)
    require(city and service.may_manage_people(current_user, city.id))
    return city


def managed_member(member_id, may):
    require(current_user.is_authenticated)
    member = service.find_member(member_id)
    require(member and may(current_user, member))
    return member


def people_page(city, form):
    return page("city_people", form, **people_of(city))


def people_of(city):
    found = service.members_of(city)
    return {
        "city": city,
        "requests": decidable(member for member in found if member.state == "requested"),
        "members": [(m, service.may_decide(current_user, m)) for m in found if m.state == "approved"],
        "invitations": service.invitations_of(city),
    }


def decidable(members):
    return [(member, service.may_decide(current_user, member)) for member in members]


def decided(member):
    if member.state == "approved":
        return _("%(name)s now works for %(city)s here.", **names(member))
    return _("%(name)s was not let in for %(city)s.", **names(member))


def names(member):
    return {"name": member.user.name, "city": member.city.label(language())}


def back_to_people(member):
    default = url_for("accounts.city_people", slug=member.city.slug)
    return redirect(local_path(request.form.get("next"), default), 303)


# Accounts


@accounts.get("/people/accounts")
def people():
    require(current_user.is_authenticated and current_user.is_admin)
    words = (tidy(request.args.get("q")) or "")[:100]
    wanted = page_number(request.args.get("page"))
    found, total, number = service.find_accounts(words, wanted)
    first = (number - 1) * service.PAGE + 1
    return render_template(
        "accounts/people.html",
        people=found,
        words=words,
        total=total,
        page=number,
        pages=page_count(total, service.PAGE),
        first=first,
        last=first + len(found) - 1,
        role_names=forms.ROLE_NAMES,
    )


@accounts.get("/people/accounts/<int(max=2147483647):user_id>")
def person(user_id):
    return person_page(known_person(user_id), forms.Reason())


@accounts.post("/people/accounts/<int(max=2147483647):user_id>/suspension")
def suspension(user_id):
    return change_standing(user_id, service.suspend, _("%(name)s is suspended and signed out."))


@accounts.post("/people/accounts/<int(max=2147483647):user_id>/restoration")
def restoration(user_id):
    return change_standing(user_id, service.restore, _("%(name)s may sign in again."))


@accounts.post("/people/accounts/<int(max=2147483647):user_id>/roles")
def roles(user_id):
    user = other_person(user_id)
    form = checked(forms.ChangeRole())
    change = service.grant if form.change.data == "give" else service.revoke
    change(user, form.role.data, current_user)
    db.session.commit()
    notice(_("The roles of %(name)s are changed; they sign in again to use them.", name=user.name))
    return redirect(url_for("accounts.person", user_id=user.id), 303)


def change_standing(user_id, act, sentence):
    user = other_person(user_id)
    form = forms.Reason()
    if not form.validate_on_submit():
        return person_page(user, form)
    act(user, current_user, form.reason.data)
    db.session.commit()
    notice(sentence % {"name": user.name})
    return redirect(url_for("accounts.person", user_id=user.id), 303)


def known_person(user_id):
    require(current_user.is_authenticated and current_user.is_admin)
    user = db.session.get(User, user_id)
    require(user and not user.left_at)
    return user


def other_person(user_id):
    user = known_person(user_id)
    require(service.may_administer(current_user, user))
    return user


def person_page(user, form):
    lines = [(line, ACTS[line.act]) for line in service.history(user) if line.act in ACTS]
    return page(
        "person",
        form,
        person=user,
        lines=lines,
        may_change=service.may_administer(current_user, user),
        role_names=forms.ROLE_NAMES,
        given_here=service.GIVEN_HERE,
    )
