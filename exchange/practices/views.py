"""Pages of this room: the files of a case."""

from flask import Blueprint, abort, send_from_directory
from flask_login import current_user

from exchange.practices import media, service

practices = Blueprint("practices", __name__)
SANDBOX = "sandbox; default-src 'none'"


def init_app(app):
    app.register_blueprint(practices)


@practices.get("/media/<medium_id>/<int(max=9999):size>.<any(webp,jpg):ext>")
def medium(medium_id, size, ext):
    """A picture in one width."""
    found, is_public = find("image", medium_id)
    if size not in media.WIDTHS:
        abort(404)
    return answer(found, is_public, f"{size}.{ext}", mimetype=media.SHAPES[ext][1])


@practices.get("/media/<medium_id>")
@practices.get("/media/<medium_id>/<file_name>")
def document(medium_id, file_name=None):
    """A document, to keep and never to show."""
    found, is_public = find("document", medium_id)
    if file_name not in (None, found.file_name):
        abort(404)
    return answer(
        found,
        is_public,
        "document",
        mimetype=found.content_type,
        as_attachment=True,
        download_name=found.file_name,
    )


def find(kind, medium_id):
    """(medium, whether everybody may have it); strangers get the same 404 for hidden and for missing."""
    found = media.find(medium_id)
    if not found or found[0].kind != kind:
        abort(404)
    is_public = service.shows(found[1], found[0])
    if not (is_public or found[1].may_be_seen_by(current_user)):
        abort(404)
    return found[0], is_public


def answer(medium, is_public, name, **how):
    response = send_from_directory(media.folder_of(medium), name, **how)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "public, no-cache" if is_public else "private, no-store"
    return response


@practices.after_request
def keep_nothing(response):
    """What is not there today may be public tomorrow."""
    response.headers.setdefault("Cache-Control", "private, no-store")
    response.vary.add("Cookie")
    return response
