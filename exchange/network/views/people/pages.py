"""The directory of people, and one of them."""

from flask import abort, redirect, render_template, request, url_for
from flask_login import current_user

from exchange.accounts import service as accounts
from exchange.core.pages import page_count
from exchange.core.web import query
from exchange.network.forms import people as forms
from exchange.network.forms import talk as talk_forms
from exchange.network.service.people import messages, profiles
from exchange.network.service.talk import reports
from exchange.network.views import network
from exchange.taxonomy import service as taxonomy

KEPT = ("topic", "language", "helps", "city", "q")


@network.get("/people")
def people():
    wish = profiles.Wish.from_args(request.args)
    found, total = profiles.people(wish)
    spoken = [(code, forms.language_name(code)) for code in profiles.languages_spoken()]
    return render_template(
        "network/people.html",
        wish=wish,
        found=found,
        total=total,
        pages=page_count(total, profiles.PAGE),
        first=(wish.page - 1) * profiles.PAGE + 1,
        topics=taxonomy.topics(),
        topic_choices=talk_forms.topic_choices(),
        languages_spoken=sorted(spoken, key=lambda pair: pair[1].casefold()),
        language_name=forms.language_name,
        help_names=talk_forms.QUESTION_NAMES,
        city=accounts.find_city(wish.city) if wish.city else None,
        address=address_of_list,
        may_show=may_show(),
        own=profiles.of(current_user) if may_show() else None,
    )


def address_of_list(**changed):
    """The address of the list as it is asked for now, with some of it changed; the page starts anew."""
    kept = {name: request.args.get(name) for name in KEPT}
    return url_for("network.people", **{k: v for k, v in {**kept, **changed}.items() if v})


def may_show():
    return current_user.is_authenticated and bool(current_user.verified_at)


@network.get("/people/<ref>")
def profile(ref):
    found = find_profile(ref)
    path = profiles.path_of(found)
    if request.path != path:
        return redirect(path + query(), 301)
    is_own = current_user.is_authenticated and found.by_id == current_user.id
    return render_template(
        "network/profile.html",
        profile=found,
        topics=taxonomy.topics(),
        language_name=forms.language_name,
        help_names=talk_forms.QUESTION_NAMES,
        hiding=reports.hiding_of(found),
        is_own=is_own,
        may_write=may_show() and not is_own and messages.takes(found.by, current_user),
        blocked=may_show() and not is_own and messages.blocked(current_user, found.by),
        can_report=may_show(),
    )


def find_profile(ref):
    """The profile of an address, for whoever may read it; 404 otherwise."""
    found = profiles.find(ref.split("-")[0].upper())
    if found is None or not profiles.readable(found, current_user):
        abort(404)
    if not reports.may_read(found, current_user):
        abort(404)
    return found
