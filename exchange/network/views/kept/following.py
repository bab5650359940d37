"""Following: one button on several pages, the list of what one follows, stopping by a letter's link."""

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core import i18n
from exchange.core.forms import tidy
from exchange.core.models import db
from exchange.core.web import csrf, error_page, local_path, notice, require
from exchange.network.service.kept import follows
from exchange.network.views import network
from exchange.practices.service import NotAllowed


def may_follow():
    return current_user.is_authenticated and bool(current_user.verified_at)


@network.get("/account/follows")
def follow_list():
    require(may_follow())
    mine = follows.of(current_user)
    return render_template("network/follows.html", parts=follows.told(mine, i18n.language()), count=len(mine))


@network.post("/follows")
def follow():
    """Follow a thing, or stop; back to where the button was pressed."""
    require(may_follow())
    kind, name = (tidy(request.form.get(part, "")) for part in ("kind", "thing"))
    back = local_path(request.form.get("next"), url_for("network.follow_list"))
    if request.form.get("do") == "stop":
        follows.stop(current_user, kind, name)
        sentence = _("Stopped: no more letters about it.")
    else:
        try:
            follows.follow(current_user, kind, name)
        except NotAllowed:
            return error_page(422, message=_("There is nothing like that to follow."))
        sentence = _("You follow it now: a letter tells you what is new.")
    db.session.commit()
    notice(sentence)
    return redirect(back, 303)


@network.post("/account/follows/end")
def stop_all_follows():
    require(may_follow())
    follows.stop_all(current_user)
    db.session.commit()
    notice(_("Stopped: you follow nothing any more."))
    return redirect(url_for("network.follow_list"), 303)


@network.route("/follows/<token>/stop", methods=["GET", "POST"])
@csrf.exempt
def stop_following(token):
    """Whoever has the link from a letter stops it with one press, signed in or not (RFC 8058)."""
    found = follows.by_token(token)
    kind = found.kind if found else ""
    thing = follows.find(found.kind, found.thing, i18n.language()) if found else None
    if found and request.method == "POST":
        follows.end(found, current_user if may_follow() and current_user.id == found.user_id else None)
        db.session.commit()
        found = None
    page = make_response(
        render_template("network/stop_following.html", follow=found, kind=kind, thing=thing, token=token)
    )
    page.headers["Cache-Control"] = "private, no-store"
    page.headers["X-Robots-Tag"] = "noindex"
    return page
