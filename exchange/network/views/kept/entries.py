"""The cases of a collection: put in from a case's page, noted, moved, taken out."""

from urllib.parse import quote

from flask import redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core import i18n
from exchange.core.forms import tidy
from exchange.core.models import db
from exchange.core.web import notice, require
from exchange.network.forms.kept import LONGEST_NOTE, CollectionForm, NoteForm
from exchange.network.service.kept import collections, comparing
from exchange.network.views import network
from exchange.network.views.kept.refusals import REFUSALS
from exchange.network.views.kept.shelf import (
    COLLECTION,
    asked_for,
    collection_page,
    find_own,
    may_keep,
    refused,
)


@network.get("/collections/add")
def collecting():
    """Into which collection? One of those there are, or a new one."""
    require(may_keep())
    cases = comparing.read(asked_for(), i18n.language())
    own, shared = collections.of_user(current_user)
    return render_template(
        "network/collecting.html",
        cases=cases,
        own=own,
        shared=shared,
        sizes=collections.sizes([*own, *shared]),
        full=collections.holding([*own, *shared], [case.practice for case in cases]),
        form=CollectionForm(formdata=None).offer(current_user.cities),
    )


@network.post(COLLECTION + "/entries")
def add_to_collection(ref):
    found = find_own(ref)
    told = asked_for() or [collections.code_in(request.form.get("address"))]
    try:
        for code in told:
            collections.add(found, current_user, code, tidy(request.form.get("note", ""))[:LONGEST_NOTE])
    except REFUSALS as error:
        db.session.rollback()
        return refused(ref, error)
    db.session.commit()
    notice(_("It is in the collection now."))
    return redirect(collections.path_of(found), 303)


@network.post(COLLECTION + "/entries/<code>")
def change_entry(ref, code):
    """Up, down, out, or another note: which one says the button."""
    found = find_own(ref)
    form, code = NoteForm(), code.upper()
    if not form.validate():
        problem = " ".join(str(one) for errors in form.errors.values() for one in errors)
        return collection_page(found, 422, problem, {code: form.note.data})
    acts = {
        "up": lambda: collections.shift(found, current_user, code, -1),
        "down": lambda: collections.shift(found, current_user, code, 1),
        "out": lambda: collections.take_out(found, current_user, code),
    }
    save = acts.get(
        request.form.get("do"), lambda: collections.note(found, current_user, code, form.note.data or "")
    )
    try:
        save()
    except REFUSALS as error:
        db.session.rollback()
        return refused(ref, error, {code: form.note.data})
    db.session.commit()
    return redirect(f"{collections.path_of(found)}#case-{quote(code)}", 303)
