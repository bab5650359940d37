"""Pages of this room: the files of a case."""

from flask import Blueprint, abort, send_from_directory
from flask_login import current_user

from exchange.practices import media

practices = Blueprint("practices", __name__)
SANDBOX = "sandbox; default-src 'none'"


def init_app(app):
    app.register_blueprint(practices)


@practices.get("/media/<medium_id>/<name>")
def medium(medium_id, name):
    """A picture in one width, or a document to keep. Strangers get the same 404 for hidden and for missing."""
    found = media.find(medium_id)
    if not found:
        abort(404)
    is_public = media.is_public(*found)
    if not (is_public or found[1].may_be_seen_by(current_user)):
        abort(404)
    return answer(found[0], name, is_public)


def answer(medium, name, is_public):
    place = media.file_on_disk(medium, name)
    if not place:
        abort(404)
    is_document = medium.kind == "document"
    response = send_from_directory(
        media.folder_of(medium),
        place[0],
        mimetype=place[1],
        as_attachment=is_document,
        download_name=medium.file_name if is_document else None,
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "public, no-cache" if is_public else "private, no-store"
    return response


@practices.after_request
def keep_nothing(response):
    """What is not there today may be public tomorrow."""
    response.headers.setdefault("Cache-Control", "private, no-store")
    response.vary.add("Cookie")
    return response
