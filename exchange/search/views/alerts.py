"""Pages of saved searches: keep one, confirm an address, change, stop. The link in a letter opens them."""

from dataclasses import replace

from flask import make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from exchange.accounts import service as accounts
from exchange.core import i18n
from exchange.core.models import db
from exchange.core.web import csrf, notice, require
from exchange.search import alerts, forms
from exchange.search.query import Query
from exchange.search.views import search
from exchange.search.views.addresses import address
from exchange.search.views.practices import TITLES


@search.get("/alerts", endpoint="alerts")
def mine():
    require(is_known())
    searches = alerts.searches_of(current_user.id)
    return page("alerts", searches=searches, token_of=alerts.token_of, path_of=alerts.path_of)


@search.route("/alerts/new", methods=["GET", "POST"])
def new_alert():
    query = replace(Query.from_args(request.args, i18n.language()), page=1)
    form = form_to_save()
    if not form.validate_on_submit():
        return saving_page(form, query)
    try:
        return keep(query, form)
    except accounts.TooManyTries as refusal:
        return too_many(form, query, refusal)
    except accounts.Refused:
        db.session.rollback()
        return saving_page(told_too_many(form), query)


@search.get("/alerts/sent")
def alert_sent():
    address = session.get("alert_to")
    if not address:
        return redirect(url_for("search.practices"), 303)
    return page("alert_sent", address=address)


@search.route("/alerts/<token>/confirm", methods=["GET", "POST"])
def confirm_alert(token):
    """Looking at it does nothing – mail scanners look first –; its one button confirms, once."""
    found = alerts.find_asked(token)
    if found is None:
        return dead_link()
    form = forms.Press()
    if not form.validate_on_submit():
        return page_of(found, "confirm_alert", form)
    try:
        running = alerts.confirm(found, by=actor())
        db.session.commit()
    except accounts.Refused:
        db.session.rollback()
        return page_of(found, "confirm_alert", told_too_many(form))
    notice(_("Confirmed. The next letter tells you what is new."))
    return to(running)


@search.route("/alerts/<token>", methods=["GET", "POST"])
def alert(token):
    found = alerts.find(token)
    if found is None:
        return dead_link()
    form = forms.ChangeSearch(obj=found)
    if not form.validate_on_submit():
        return page_of(found, "alert", form)
    alerts.change(found, form.name.data, form.rhythm.data, by=actor())
    db.session.commit()
    notice(_("Your search is saved."))
    return to(found)


@search.route("/alerts/<token>/stop", methods=["GET", "POST"])
@csrf.exempt
def stop_alert(token):
    """One click, for a person or for a mail program (RFC 8058): no secret of a form, no redirect."""
    found = alerts.find(token)
    if found is None:
        return dead_link()
    if request.method == "POST":
        alerts.stop(found, by=actor())
        db.session.commit()
    return page_of(found, "stop_alert")


@search.post("/alerts/<token>/start")
def start_alert(token):
    found = alerts.find(token)
    if found is None:
        return dead_link()
    alerts.start(found, by=actor())
    db.session.commit()
    notice(_("Letters come again, about what is new from now on."))
    return to(found)


@search.post("/alerts/<token>/deletion")
def delete_alert(token):
    found = alerts.find(token)
    if found is None:
        return dead_link()
    alerts.remove(found, by=actor())
    db.session.commit()
    notice(_("Deleted: %(name)s", name=found.name))
    return redirect(url_for("search.alerts" if is_known() else "search.practices"), 303)


# Keeping


def is_known():
    return current_user.is_authenticated and bool(current_user.verified_at)


def actor():
    return current_user._get_current_object() if current_user.is_authenticated else None


def form_to_save():
    """Whoever has not proven an address gives one; it is asked before anything is sent."""
    wanted = {"rhythm": request.args.get("rhythm")} if request.args.get("rhythm") in alerts.GAPS else {}
    return forms.SaveSearch(data=wanted) if is_known() else forms.SaveSearchByMail(data=wanted)


def keep(query, form):
    name, rhythm, language = form.name.data, form.rhythm.data, i18n.language()
    if is_known():
        running = alerts.save(query, name, rhythm, language, user=actor())
        db.session.commit()
        notice(_("Saved. The next letter tells you what is new."))
        return to(running)
    accounts.count_try("alert", form.address.data, request.remote_addr)
    alerts.save(query, name, rhythm, language, address=form.address.data)
    db.session.commit()
    session["alert_to"] = form.address.data
    if current_user.is_authenticated:  # whose session keeps nothing
        notice(_("We have sent a letter to %(address)s.", address=form.address.data))
    return redirect(url_for("search.alert_sent"), 303)


def told_too_many(form):
    form.form_errors.append(
        _("You keep %(count)d searches already: delete one that you no longer need.", count=alerts.MOST)
    )
    return form


def too_many(form, query, refusal):
    hours = -(-refusal.seconds // 3600)
    wait = ngettext("Wait an hour, then try again.", "Wait %(num)s hours, then try again.", hours)
    form.form_errors.append(_("Too many letters were asked for.") + " " + wait)
    response = saving_page(form, query, 429)
    response.headers["Retry-After"] = str(refusal.seconds)
    return response


# Pages


def saving_page(form, query, status=None):
    words = {"default_name": alerts.words_of(query), "search_address": address(query)}
    return page("new_alert", form, status, rows=rows_of(query), **words)


def page_of(saved, name, form=None):
    return page(
        name,
        form,
        saved=saved,
        saved_token=alerts.token_of(saved),
        search_address=alerts.path_of(saved),
        rows=rows_of(alerts.question_of(saved)),
        is_failing=saved.tries >= alerts.OFTEN,
        is_mine=is_known() and saved.user_id == current_user.id,
        masked=masked,
    )


def dead_link():
    return page("dead_alert", status=404)


def page(name, form=None, status=None, **more):
    """A page that nobody else is to see or keep; 422 when something in its form must be put right."""
    wrong = form is not None and (form.errors or form.form_errors)
    html = render_template(f"search/{name}.html", form=form, how_often=forms.HOW_OFTEN, **more)
    response = make_response(html, status or (422 if wrong else 200))
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def to(saved):
    return redirect(url_for("search.alert", token=alerts.token_of(saved)), 303)


def rows_of(query):
    """A question in words: pairs (what, which)."""
    rows = [(_("Words"), query.q)] if query.q else []
    rows += [(TITLES[name], ", ".join(chosen)) for name, chosen in alerts.choices_of(query)]
    rows += alerts.places_of(query)
    return rows or [(_("Which"), _("All practices"))]


def masked(address):
    """'n…@city.example': who has it knows it, who has not does not learn it."""
    name, _at, host = address.partition("@")
    return f"{name[:1]}…@{host}"
