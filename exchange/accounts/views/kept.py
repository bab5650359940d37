"""The text of a form whose sender is signed out: sealed into the sign-in page, sent again afterwards.

Nothing of it is stored. Only forms of our own pages are kept, and never a password.
"""

from urllib.parse import urlsplit

from flask import current_app, request
from itsdangerous import BadData, URLSafeSerializer

from exchange.core.web import local_path

MOST = 1_500_000  # characters, sealed: what comes back must fit into MAX_FORM_MEMORY_SIZE


def seal():
    """This request's form as one string, or '' when it is not to be kept: foreign, no form, too long."""
    if request.method != "POST" or not is_from_here():
        return ""
    fields = [pair for pair in request.form.items(multi=True) if not is_secret(pair[0])]
    files = any(file.filename for file in request.files.values())
    sealed = signer().dumps({"path": request.full_path.rstrip("?"), "fields": fields, "files": files})
    return sealed if len(sealed) <= MOST else ""


def opened(sealed):
    """What `seal` sealed: {path, fields: [[name, value]], files: were there any?}; None for all else."""
    try:
        kept = signer().loads(sealed or "")
    except BadData:
        return None
    return kept if local_path(kept["path"], None) else None


def is_from_here():
    """Another site must not have its text sent by a person who only meant to sign in."""
    origin = request.headers.get("Origin")
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin" and (
        origin is None or urlsplit(origin).netloc == request.host
    )


def is_secret(name):
    return name == "csrf_token" or "password" in name.lower()


def signer():
    return URLSafeSerializer(current_app.config["SETTINGS"].secret_key, salt="kept")
