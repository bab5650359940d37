"""Files that a script sends one by one while somebody writes; which row holds them is the form's business."""

from flask import jsonify, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core.models import db
from exchange.moderation.views import moderation
from exchange.moderation.views.writing.steps import READERS
from exchange.moderation.views.writing.texts import CASE, LATE, find
from exchange.practices import media


@moderation.post(CASE + "/files")
def files(public_id):
    """Take one file in; the answer names it, for the row of the form that will hold it."""
    practice, revision = find(public_id)
    reader, upload = READERS.get(request.form.get("kind")), request.files.get("file")
    if revision.state != "draft":
        return jsonify(message=str(LATE)), 409
    if not reader or not upload:
        return jsonify(message=_("Choose a file.")), 422
    db.session.rollback()  # making pictures takes seconds: others may write meanwhile
    try:
        medium = media.keep(reader(upload.stream, upload.filename), practice, current_user)
    except media.Refused as refusal:
        db.session.rollback()
        return jsonify(message=str(refusal.args[0])), 422
    db.session.commit()
    return jsonify(told_of(medium)), 201


def told_of(medium):
    if medium.kind == "document":
        address = url_for("practices.document", medium_id=medium.id)
        return {"file": medium.id, "name": medium.file_name, "address": address}
    picture = url_for("practices.medium", medium_id=medium.id, size=320, ext="webp")
    width = min(medium.width, 320)
    return {
        "file": medium.id,
        "name": medium.file_name,
        "picture": picture,
        "width": width,
        "height": round(medium.height * width / medium.width),
    }
