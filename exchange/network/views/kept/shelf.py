"""Collections: the list of those that everyone reads and one's own, one of them, making and changing one."""

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core import i18n
from exchange.core.models import db
from exchange.core.pages import page_count, page_number
from exchange.core.web import notice, query, require
from exchange.network.forms.kept import CollectionForm
from exchange.network.service import vetting
from exchange.network.service.kept import collections, comparing, publishing
from exchange.network.service.kept.collections import Line
from exchange.network.service.talk import reports
from exchange.network.views import network
from exchange.network.views.kept.refusals import REFUSALS, explained

COLLECTION = "/collections/<ref>"


def may_keep():
    return current_user.is_authenticated and bool(current_user.verified_at)


@network.get("/collections")
def collection_list():
    page = page_number(request.args.get("page"))
    found, total = publishing.latest(page)
    own, shared = collections.of_user(current_user) if may_keep() else ([], [])
    return render_template(
        "network/collections.html",
        found=found,
        cases=publishing.sizes(found),
        total=total,
        page=page,
        pages=page_count(total, publishing.PAGE),
        first=(page - 1) * publishing.PAGE + 1,
        own=own,
        shared=shared,
        sizes=collections.sizes([*own, *shared]),
        may_keep=may_keep(),
        page_address=lambda number: url_for("network.collection_list", page=number),
    )


# One of them


@network.get(COLLECTION)
def collection(ref):
    found = find(ref)
    path = collections.path_of(found)
    if request.path != path:
        return redirect(path + query(), 301)
    return collection_page(found)


def find(ref):
    """The collection of an address, for whoever may read it; 404 otherwise."""
    found = collections.find(ref.split("-")[0])
    if found is None or not (publishing.is_for_all(found) or is_seen(found)):
        abort(404)
    return found


def is_seen(found):
    """Those who work on it, and moderators what was public and is hidden."""
    if found.may_be_worked_on_by(current_user):
        return True
    return found.is_public and reports.may_read(found, current_user)


def find_own(ref):
    """The collection of an address, for those who work on it; nothing is learnt by others."""
    require(current_user.is_authenticated)
    found = find(ref)
    require(found.may_be_worked_on_by(current_user))
    return found


def collection_page(found, status=200, problem="", typed=None):
    """`typed`: code → a note that comes back with what was typed."""
    mine = found.may_be_worked_on_by(current_user) and request.args.get("as") != "everyone"
    content = publishing.content_of(found) if mine or not found.is_public else found.shown
    entries = lines_of(content, everything=mine)
    readable = [line.code for line in entries if line.case]
    page = render_template(
        "network/collection.html",
        collection=found,
        content=content,
        entries=entries,
        readable=readable,
        mine=mine,
        is_owner=found.is_owned_by(current_user),
        waits=vetting.working(publishing.KIND, found.public_id) if mine else None,
        declined=declined(found) if mine else None,
        changed=mine and found.is_public and content != found.shown,
        hiding=reports.hiding_of(found),
        can_report=may_keep() and found.is_public,
        problem=problem,
        typed=typed or {},
        most_compared=comparing.MOST,
    )
    return page, status


def lines_of(content, everything):
    """The entries with their cases; `everything`: those also that are public no more."""
    told = [(entry["practice"], entry["note"]) for entry in content["entries"]]
    cases = comparing.read([code for code, _note in told], i18n.language())
    found = {case.practice.public_id: case for case in cases}
    lines = [Line(code, note, found.get(code)) for code, note in told]
    return [line for line in lines if line.case or everything]


def declined(found):
    """The text that a moderator declined last, unless something came of it since."""
    text = vetting.latest(publishing.KIND, found.public_id)
    return text if text is not None and text.state == "declined" else None


# Making and changing one


@network.get("/collections/new")
def new_collection():
    require(may_keep())
    return form_page(form_of())


@network.post("/collections")
def make_collection():
    """Make it, and put into it what was being looked at."""
    require(may_keep())
    form = form_of()
    if not form.validate():
        return form_page(form, 422)
    try:
        made = collections.make(current_user, form.words)
        for code in asked_for():
            collections.add(made, current_user, code)
    except REFUSALS as error:
        db.session.rollback()
        status, problem = explained(error)
        return form_page(form, status, problem)
    db.session.commit()
    notice(_("Made. Now put cases into it: each case’s page has a link for that."))
    return redirect(collections.path_of(made), 303)


def asked_for():
    """The codes of the cases that a form or an address brings along."""
    return comparing.codes_in(request.values.getlist("practice"))[: comparing.MOST]


def form_of(**more):
    return CollectionForm(**more).offer(current_user.cities)


def form_page(form, status=200, problem="", found=None):
    page = render_template(
        "network/collection_form.html",
        form=form,
        problem=problem,
        collection=found,
        is_owner=found is None or found.is_owned_by(current_user),
        cases=comparing.read(asked_for(), i18n.language()) if found is None else [],
    )
    return page, status


@network.get(COLLECTION + "/change")
def changing_collection(ref):
    found = find_own(ref)
    form = form_of(formdata=None, obj=found)
    form.city.data = str(found.city_id or "")
    form.base.data = collections.base_of(found)
    return form_page(form, found=found)


@network.post(COLLECTION + "/change")
def change_collection(ref):
    found = find_own(ref)
    form = form_of()
    if not found.is_owned_by(current_user):
        form.city.choices, form.city.data = [("", "")], ""
    if not form.validate():
        return form_page(form, 422, found=found)
    try:
        collections.change(found, current_user, form.words, form.base.data or None)
    except REFUSALS as error:
        db.session.rollback()
        status, problem = explained(error)
        found = find_own(ref)
        form.base.data = form.base.raw_data = collections.base_of(found)
        return form_page(form, status, problem, found)
    db.session.commit()
    notice(_("Saved."))
    return redirect(collections.path_of(found), 303)


@network.post(COLLECTION + "/publication")
def publish_collection(ref):
    """Let everyone read it as it stands now, take that back, or keep it to oneself again."""
    found = find_own(ref)
    require(found.is_owned_by(current_user))
    verb = {"take-back": publishing.take_back, "withdraw": publishing.withdraw}
    try:
        done = verb.get(request.form.get("do"), publishing.publish)(found, current_user)
    except (*REFUSALS, vetting.Meanwhile) as error:
        db.session.rollback()
        return refused(ref, error)
    db.session.commit()
    if done == "proposed":
        notice(_("Proposed. A moderator reads it; you get a letter with the answer."))
    elif done == "public":
        notice(_("Everyone reads it now."))
    else:
        notice(_("Done."))
    return redirect(collections.path_of(found), 303)


@network.get(COLLECTION + "/removal")
def removing_collection(ref):
    found = find_own(ref)
    require(found.is_owned_by(current_user))
    return render_template("network/collection_removal.html", collection=found)


@network.post(COLLECTION + "/removal")
def remove_collection(ref):
    found = find_own(ref)
    require(found.is_owned_by(current_user))
    title = found.title
    publishing.remove(found, current_user)
    db.session.commit()
    notice(_("Removed: %(title)s", title=title))
    return redirect(url_for("network.collection_list"), 303)


def refused(ref, error, typed=None):
    """The page as it stands now, with the reason of the refusal and what was typed."""
    status, problem = explained(error)
    return collection_page(find(ref), status, problem, typed)
