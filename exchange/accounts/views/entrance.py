"""Coming in: sign up, sign in, one-time links, and what becomes of a form whose sender is signed out."""

from flask import abort, g, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, login_user

from exchange.accounts import forms, service
from exchange.accounts.views import accounts, kept
from exchange.core.i18n import language
from exchange.core.models import db
from exchange.core.web import error_page, local_path, notice, wants_json

OPEN_FORMS = {  # nobody needs to be signed in to send these
    "accounts.sign_up",
    "accounts.sign_in",
    "accounts.sign_in_link",
    "accounts.forgotten",
    "accounts.one_time_link",
    "moderation.invitation",
    "search.new_alert",
    "search.confirm_alert",
    "search.alert",
    "search.start_alert",
    "search.delete_alert",
}


@accounts.route("/sign-up", methods=["GET", "POST"])
def sign_up():
    if current_user.is_authenticated:
        return redirect(url_for("accounts.account"), 303)
    form = forms.SignUp()
    if not form.validate_on_submit():
        return page("sign_up", form)
    try:
        service.count_try("sign-up", form.email.data, request.remote_addr)
    except service.TooManyTries as refusal:
        return too_many("sign_up", form, refusal)
    service.sign_up(
        form.email.data,
        form.name.data,
        form.password.data,
        form.language.data,
        form.city.city,
        form.department.data or None,
    )
    db.session.commit()
    return letter_sent_to(form.email.data)


@accounts.route("/sign-in", methods=["GET", "POST"])
def sign_in():
    if current_user.is_authenticated and request.method != "POST":
        return go_on(request.args.get("next"))
    form = forms.SignIn(data={"next": local_path(request.args.get("next"), "")})
    if not form.validate_on_submit():
        return sign_in_page(form)
    try:
        service.count_try("sign-in", form.email.data, request.remote_addr)
    except service.TooManyTries as refusal:
        return too_many("sign_in", form, refusal, **kept_in(form))
    user = service.check_password(form.email.data, form.password.data)
    if user is None:
        form.password.errors = [_("Address and password do not match. Try again.")]
        return sign_in_page(form)
    service.forget_tries("sign-in", user.email)
    enter(user)
    return go_on(form.next.data, form.kept.data)


@accounts.post("/sign-out")
def sign_out():
    if "session_row" in g:
        service.end_session(g.session_row)
        db.session.commit()
        g.session_ended = True
        notice(_("You are signed out."))
    return redirect(url_for("front.home"), 303)


@accounts.route("/sign-in-link", methods=["GET", "POST"])
def sign_in_link():
    return ask_link("sign-in", "sign_in_link")


@accounts.route("/forgotten", methods=["GET", "POST"])
def forgotten():
    return ask_link("reset", "forgotten")


@accounts.get("/letter-sent")
def letter_sent():
    address = session.get("letter_to")
    if not address:
        return redirect(url_for("accounts.sign_in"), 303)
    return render_template("accounts/letter_sent.html", address=address)


@accounts.route("/links/<token>", methods=["GET", "POST"])
def one_time_link(token):
    """Looking at it does nothing – mail scanners look first –; its one button acts, once."""
    link = service.find_link(token)
    if link is None:
        return dead_link()
    if link.purpose == "address" and link.user != current_user:
        return sign_in_for(link)
    form = form_of(link)
    if not form.validate_on_submit():
        return uncached(page("one_time_link", form, link=link))
    told = link.purpose != "sign-in" or not link.user.verified_at
    try:
        user = use(link, form)
    except service.Refused:
        db.session.rollback()
        return dead_link()
    enter(user, told)
    notice(welcome(link))
    return go_on(request.args.get("next"))


# Letters and links


def ask_link(purpose, name):
    if current_user.is_authenticated:
        return redirect(url_for("accounts.account"), 303)
    form = forms.AskLink()
    if not form.validate_on_submit():
        return page(name, form)
    try:
        service.count_try("letter", form.email.data, request.remote_addr)
        service.ask_link(purpose, form.email.data)
        db.session.commit()
    except service.TooManyTries:
        pass  # enough letters are on their way; the answer is the same as always
    return letter_sent_to(form.email.data)


def letter_sent_to(address):
    """The same page for all; the form's own session remembers the address that was typed."""
    session["letter_to"] = address
    return redirect(url_for("accounts.letter_sent"), 303)


def form_of(link):
    if link.purpose == "reset":
        form = forms.NewPassword()
        form.known_words = (link.email, link.user.name)
    elif link.purpose == "invitation" and service.is_for_a_newcomer(link):
        form = forms.Newcomer()
        form.known_words = (link.email,)
    else:
        form = forms.Press()
    return form


def sign_in_for(link):
    """A new address is proven by who is signed in: a slip in it gives no stranger the account."""
    if current_user.is_authenticated or request.method == "POST":
        return dead_link()
    return uncached(sign_in_page(forms.SignIn(formdata=None, data={"next": request.path}), 401))


def use(link, form):
    """Do what the link is for; returns who is to be signed in. Raises Refused when it was used meanwhile."""
    if link.purpose == "invitation":
        answers = {name: form[name].data for name in ("name", "password") if name in form}
        return service.accept_invitation(link, **answers, language=language())
    if link.purpose == "address":
        return service.move_address(link)
    user = service.use_link(link)
    if link.purpose == "reset":
        service.set_password(user, form.password.data)
    return user


def welcome(link):
    if link.purpose == "invitation":
        return _("Welcome. You now work for %(city)s here.", city=link.city.label(language()))
    if link.purpose == "reset":
        return _("Your new password holds. You are signed in here and signed out everywhere else.")
    if link.purpose == "address":
        return _("Letters go to %(address)s from now on; you sign in with it, too.", address=link.email)
    if link.purpose == "verify":
        return _("Your address is confirmed. Welcome.")
    return _("You are signed in.")


def dead_link():
    return uncached(make_response(render_template("accounts/dead_link.html"), 404))


def uncached(response):
    response.headers["Cache-Control"] = "private, no-store"
    return response


# In, and on


def enter(user, told=False):
    """Sign this browser in as the user; an older session of it ends, its forms get a new secret. Commits.

    `told`: the act that led here is on record already, and this is part of it.
    """
    if "session_row" in g:
        service.end_session(g.session_row)
    g.new_session_token = service.start_session(user, request.user_agent.string, told)
    g.new_session_seconds = service.SESSION_DAYS * 86400
    db.session.commit()
    session.clear()
    session["csrf_token"] = service.find_session(g.new_session_token).csrf
    g.pop("csrf_token", None)
    login_user(user)  # for what is left of this request; the cookie holds our own token


def go_on(path, sealed=None):
    """To where the person was going; with a form on its way, to a page that sends it again."""
    form = kept.opened(sealed)
    if form:
        return send_again(form, 200)
    return redirect(local_path(path, start_page()), 303)


def start_page():
    if current_user.may_review:
        return url_for("moderation.desk")
    if current_user.may_write:
        return url_for("moderation.my_cases")
    return url_for("accounts.account")


# Signed out in the middle of something


def signed_out(_error):
    """The sign-in page in place of what was asked for, with the text of the form on its way there."""
    if wants_json():
        return error_page(401)
    is_form = request.method == "POST"
    data = {"kept": kept.seal(), "next": "" if is_form else request.full_path.rstrip("?")}
    return sign_in_page(forms.SignIn(formdata=None, data=data), 401)


def old_form(_error):
    """A form whose secret is not this session's: the person signed out, or in, since its page was opened."""
    if wants_json():
        return error_page(400 if current_user.is_authenticated else 401)
    if request.endpoint == "accounts.sign_in":
        return old_sign_in()
    if not current_user.is_authenticated and request.endpoint == "accounts.sign_out":
        return redirect(url_for("front.home"), 303)
    if not current_user.is_authenticated and request.endpoint not in OPEN_FORMS:
        return signed_out(None)
    form = kept.opened(kept.seal())
    return send_again(form, 400) if form else error_page(400)


def old_sign_in():
    """Whoever has signed in on another page goes on; others try again."""
    if current_user.is_authenticated:
        return go_on(request.form.get("next"), request.form.get("kept"))
    form = forms.SignIn()
    form.form_errors.append(_("This page was too old, or your browser refuses our cookie. Try again."))
    return sign_in_page(form, 400)


def send_again(form, status):
    return make_response(render_template("accounts/send_again.html", kept=form), status)


# Pages


def sign_in_page(form, status=None):
    return page("sign_in", form, status, **kept_in(form))


def kept_in(form):
    """Whether text waits in the sign-in form, and whether it had files, which cannot wait."""
    found = kept.opened(form.kept.data)
    return {"kept": found, "asked_for": form.next.data or found}


def page(name, form, status=None, **more):
    """A page with a form: 422 when something in it must be put right."""
    status = status or (422 if form.errors or form.form_errors else 200)
    return make_response(render_template(f"accounts/{name}.html", form=form, **more), status)


def checked(form):
    """A form of buttons alone: whoever sends anything else did not use the page."""
    if not form.validate_on_submit():
        abort(400)
    return form


def too_many(name, form, refusal, **more):
    minutes = -(-refusal.seconds // 60)
    wait = ngettext("Wait a minute, then try again.", "Wait %(num)s minutes, then try again.", minutes)
    form.form_errors.append(_("Too many tries.") + " " + wait)
    response = page(name, form, 429, **more)
    response.headers["Retry-After"] = str(refusal.seconds)
    return response
