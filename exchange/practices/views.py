"""Pages of this room: the files of a case."""

from flask import Blueprint, abort, g, request, send_from_directory
from flask_login import current_user

from exchange.practices import media, service, sharing

practices = Blueprint("practices", __name__)
SANDBOX = "sandbox; default-src 'none'"
KEY = "key"  # in the address of a file: what a page for somebody without an account shows


def init_app(app):
    app.register_blueprint(practices)


@practices.app_url_defaults
def carry_key(endpoint, values):
    """On a page that is read through a link, the addresses of files carry a key for each of them."""
    if endpoint in ("practices.medium", "practices.document") and "shared_link" in g and KEY not in values:
        values[KEY] = sharing.file_token(g.shared_link, values["medium_id"])


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
    medium, practice = found
    is_public = service.shows(practice, medium)
    if not (is_public or may_have(practice, medium)):
        abort(404)
    return medium, is_public


def may_have(practice, medium):
    """Unpublished files: for those who see the case, whom rooms above name, or who have a link to look on."""
    if practice.may_be_seen_by(current_user) or media.is_open_to(current_user, practice, medium):
        return True
    return sharing.opens_file(request.args.get(KEY, ""), medium)


def answer(medium, is_public, name, **how):
    response = send_from_directory(media.folder_of(medium), name, **how)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "public, no-cache" if is_public else "private, no-store"
    if KEY in request.args:
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "no-referrer"
    return response


@practices.after_request
def keep_nothing(response):
    """What is not there today may be public tomorrow."""
    response.headers.setdefault("Cache-Control", "private, no-store")
    response.vary.add("Cookie")
    return response
