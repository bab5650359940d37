"""One's own account: details, password, cities, devices, leaving."""

from flask import g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.accounts import forms, service
from exchange.accounts.views import accounts
from exchange.accounts.views.entrance import checked, enter, page, too_many
from exchange.core.models import db
from exchange.core.web import local_path, notice, require

BROWSERS = {"Edg": "Edge", "Firefox": "Firefox", "Chrom": "Chrome", "Safari": "Safari"}  # the first that fits
SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Mac OS": "macOS", "Windows": "Windows"}


@accounts.get("/account")
def account():
    require(current_user.is_authenticated)
    sessions = [(row, device(row.agent), row is g.session_row) for row in service.sessions_of(current_user)]
    return render_template("accounts/account.html", sessions=sessions, role_names=forms.ROLE_NAMES)


@accounts.post("/account/letter")
def letter_again():
    """Post the letter that proves the address once more; enough of them are enough."""
    require(current_user.is_authenticated and not current_user.verified_at)
    try:
        service.count_try("letter", current_user.email, request.remote_addr)
        service.send_link("verify", current_user)
        db.session.commit()
    except service.TooManyTries:
        pass
    notice(_("We have sent a letter to %(address)s.", address=current_user.email))
    return to_account()


@accounts.post("/account/sessions/end")
def end_sessions():
    require(current_user.is_authenticated)
    service.end_sessions(current_user, but=g.session_row)
    db.session.commit()
    notice(_("You are signed out everywhere else."))
    return to_account()


@accounts.route("/account/details", methods=["GET", "POST"])
def details():
    require(is_verified())
    form = forms.Details(obj=current_user)
    if not form.validate_on_submit():
        return page("details", form)
    service.change_details(current_user, form.name.data, form.language.data, form.letters.data)
    db.session.commit()
    notice(_("Your details are saved."))
    return to_account()


@accounts.post("/account/language")
def language():
    """Choose on the language page; for whoever is signed in the account remembers it, not a cookie."""
    require(current_user.is_authenticated)
    form = checked(forms.ChooseLanguage())
    service.change_details(current_user, current_user.name, form.language.data)
    db.session.commit()
    return redirect(local_path(request.form.get("next")), 303)


@accounts.route("/account/password", methods=["GET", "POST"])
def password():
    require(is_verified())
    form = forms.ChangePassword() if current_user.password_hash else forms.NewPassword()
    form.known_words = (current_user.email, current_user.name)
    if not form.validate_on_submit():
        return page("password", form)
    try:
        service.count_try("sign-in", current_user.email, request.remote_addr)
    except service.TooManyTries as refusal:
        return too_many("password", form, refusal)
    if current_user.password_hash and not service.check_password(
        current_user.email, form.current_password.data
    ):
        form.current_password.errors = [_("This is not the password you have now. Try again.")]
        return page("password", form)
    user = current_user._get_current_object()
    service.set_password(user, form.password.data)
    service.forget_tries("sign-in", user.email)
    enter(user, told=True)
    notice(_("Your new password holds. You are signed in here and signed out everywhere else."))
    return to_account()


@accounts.route("/account/address", methods=["GET", "POST"])
def address():
    """Another mail address, or the same proven anew; it counts once the link in the letter was used."""
    require(is_verified())
    form, user = forms.ChangeAddress(), current_user._get_current_object()
    if not user.password_hash:
        del form.current_password
    if not form.validate_on_submit():
        return page("address", form)
    try:
        service.count_try("sign-in" if user.password_hash else "letter", user.email, request.remote_addr)
        service.count_try("letter", form.email.data, request.remote_addr)
    except service.TooManyTries as refusal:
        return too_many("address", form, refusal)
    if user.password_hash and not service.check_password(user.email, form.current_password.data):
        form.current_password.errors = [_("This is not the password you have now. Try again.")]
        return page("address", form)
    service.forget_tries("sign-in", user.email)
    service.ask_address(user, form.email.data)
    db.session.commit()
    notice(
        _("We have sent a letter to %(address)s. Follow its link in this browser.", address=form.email.data)
    )
    return to_account()


@accounts.route("/account/memberships", methods=["GET", "POST"])
def memberships():
    require(is_verified())
    mine = {m.city_id for m in current_user.memberships if m.state in ("requested", "approved")}
    form = forms.AskMembership([city for city in service.member_cities() if city.id not in mine])
    if not form.validate_on_submit():
        return page("memberships", form)
    try:
        service.ask_membership(
            current_user._get_current_object(), form.city.city, form.department.data or None
        )
    except service.Refused:
        db.session.rollback()
        form.city.errors = [_("Three of your requests wait for an answer. Wait for one of them first.")]
        return page("memberships", form)
    db.session.commit()
    notice(
        _("Your request is on its way. You can write and save meanwhile; submitting waits for the answer.")
    )
    return to_account()


@accounts.route("/account/departure", methods=["GET", "POST"])
def departure():
    require(current_user.is_authenticated)
    form = forms.Leave()
    if not form.validate_on_submit():
        return page("departure", form)
    service.leave(current_user._get_current_object())
    db.session.commit()
    g.session_ended = True
    notice(_("Your account is closed. Thank you for what you shared."))
    return redirect(url_for("front.home"), 303)


def is_verified():
    return current_user.is_authenticated and current_user.verified_at


def to_account():
    return redirect(url_for("accounts.account"), 303)


def device(agent):
    """'Firefox, Linux' from what a browser says of itself; '' when it says nothing that we know."""
    browser = next((name for mark, name in BROWSERS.items() if mark in agent), "")
    system = next(
        (name for mark, name in SYSTEMS.items() if mark in agent), "Linux" if "Linux" in agent else ""
    )
    return ", ".join(word for word in (browser, system) if word)
