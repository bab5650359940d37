"""The documents of an event: added and taken off through a moderator, given away as attachments."""

from flask import abort, redirect, render_template, request, send_from_directory, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core.models import db
from exchange.core.web import error_page, notice
from exchange.network.forms.dates import DocumentForm
from exchange.network.service import vetted, vetting
from exchange.network.service.dates import documents, events
from exchange.network.views import network
from exchange.network.views.dates.proposing import changed_here
from exchange.network.views.texts import changed_meanwhile, me
from exchange.practices import media

PAGE = "/events/<public_id>/documents"
SANDBOX = "sandbox; default-src 'none'"


@network.get(PAGE)
def event_documents(public_id):
    event = changed_here(public_id)
    form = DocumentForm(formdata=None, base=vetting.base_of(events.KIND, public_id))
    return documents_page(event, form)


@network.post(PAGE)
def add_event_document(public_id):
    event, form = changed_here(public_id), DocumentForm()
    if not form.validate():
        return documents_page(event, form), 422
    sent = request.files.get("file")
    try:
        if not sent or not sent.filename:
            raise media.Refused(_("Choose a file."))
        received = media.read_document(sent.stream, sent.filename)
        documents.add(event, received, form.name.data, me(), form.base.data)
    except media.Refused as refusal:
        db.session.rollback()
        form.file.errors = [str(refusal)]
        return documents_page(changed_here(public_id), form), 422
    except vetting.Meanwhile as told:
        db.session.rollback()
        return documents_page(changed_here(public_id), changed_meanwhile(form, told.text)), 409
    db.session.commit()
    notice(_("The document is kept; it is public once a moderator has let it through."))
    return redirect(url_for("network.event_documents", public_id=public_id), 303)


@network.post(PAGE + "/<file_id>/removal")
def remove_event_document(public_id, file_id):
    event = changed_here(public_id)
    try:
        documents.remove(event, file_id, me())
    except vetting.Meanwhile:
        db.session.rollback()
        return error_page(409)
    db.session.commit()
    notice(_("It is gone from the text that waits for a moderator."))
    return redirect(url_for("network.event_documents", public_id=public_id), 303)


@network.get(PAGE + "/<file_id>/<file_name>")
def event_document(public_id, file_id, file_name):
    """To keep, never to show. Strangers get the same 404 for hidden and for missing."""
    event = events.find(public_id)
    row = documents.find(event, file_id) if event else None
    if row is None or row.file_name != file_name:
        abort(404)
    is_public = documents.is_public(event, row)
    if not (is_public or vetted.may_change(events.KIND, event, current_user)):
        abort(404)
    answer = send_from_directory(
        documents.folder_of(row),
        "document",
        mimetype=row.content_type,
        as_attachment=True,
        download_name=row.file_name,
    )
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["Cache-Control"] = "public, no-cache" if is_public else "private, no-store"
    return answer


def documents_page(event, form):
    content = vetted.text_of(events.KIND, event)
    shown = {one["file"] for one in event.get("documents", [])} if event.is_public else set()
    return render_template(
        "network/event_documents.html",
        event=event,
        title=content["title"],
        rows=[(one, one["file"] in shown) for one in content["documents"]],
        form=form,
    )
