"""The manners of every page: headers, sessions, CSRF, static files, errors, notices, language choice."""

import base64
import hashlib
import json
from functools import cache
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    send_from_directory,
    session,
    url_for,
)
from flask.sessions import SecureCookieSession, SessionInterface
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from xstatic.pkg import leaflet

from exchange.config import LANGUAGES, ROOT
from exchange.core import i18n, maps
from exchange.core.models import SAFE_METHODS, Gone, db

STATIC = ROOT / "static"
VENDORED = {"leaflet": leaflet.BASE_DIR}  # files that packages bring, served as if they stood in STATIC
VERSIONS = f"leaflet {leaflet.VERSION}"  # of what VENDORED holds
SESSION_COOKIE = "exchange"
NOTICE_COOKIE = "notice"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with no-referrer Flask-WTF refuses every POST over https
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}
ERRORS = {
    400: _l("We could not read that request."),
    401: _l("You are signed out. Sign in, then try again."),
    403: _l("This is not yours to open."),
    404: _l("There is no such page."),
    405: _l("This address does not do that."),
    409: _l("Someone else changed this meanwhile."),
    413: _l("That is too large."),
    429: _l("Too many tries. Wait a little, then try again."),
    500: _l("Something broke on our side. It has been noted; nothing you saved is lost."),
    503: _l("Too busy just now. Your text has not been saved: go back, wait a moment and send it again."),
}

csrf = CSRFProtect()
core = Blueprint("core", __name__)


def init_app(app):
    settings = app.config["SETTINGS"]
    app.session_interface = Sessions(settings)
    app.config.update(
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its session
        MAX_CONTENT_LENGTH=40 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=4000,
        TRUSTED_HOSTS=trusted_hosts(settings),
    )
    csrf.init_app(app)
    app.before_request(refuse_nul)
    app.register_blueprint(core)
    app.after_request(finish)
    app.register_error_handler(HTTPException, show_error)
    app.register_error_handler(OperationalError, busy)
    app.register_error_handler(Gone, changed)
    app.register_error_handler(Exception, broken)
    app.jinja_env.globals.update(
        static_url=static_url,
        land_url=land_url,
        notices=notices,
        site_name=settings.site_name,
        languages=LANGUAGES,
        text_direction="ltr",
    )
    app.context_processor(lambda: {"locale": i18n.language()})
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=0)


def refuse_nul():
    """No address of ours holds a NUL, and PostgreSQL cannot look one up."""
    if "\x00" in request.path:
        abort(404)


def trusted_hosts(settings):
    loopback = ["127.0.0.1", "localhost", "[::1]"]
    return loopback if settings.on_loopback else [settings.host, *loopback]


# Sessions: signed in, the cookie holds a token and the row is in the database; before that, a signed
# cookie holds nothing but the secret that a form needs. Pages that only read start none.


class Sessions(SessionInterface):
    def __init__(self, settings):
        self.signer = URLSafeSerializer(settings.secret_key, salt="session")
        self.secure = settings.base_url.startswith("https:")
        self.load_row = None  # set by accounts: token → row or None

    def open_session(self, app, request):
        cookie = request.cookies.get(SESSION_COOKIE, "")
        if cookie.startswith("s."):
            row = self.load_row(cookie[2:])
            if row:
                g.session_row = row
                return SecureCookieSession({"csrf_token": row.csrf})
        elif cookie.startswith("a."):
            return SecureCookieSession(self.read(cookie[2:]))
        return SecureCookieSession()

    def read(self, value):
        try:
            found = self.signer.loads(value)
        except BadSignature:
            return {}
        return found if isinstance(found, dict) else {}

    def save_session(self, app, session, response):
        if "new_session_token" in g:  # signed in just now
            self.set_cookie(response, "s." + g.new_session_token, g.new_session_seconds)
        elif "session_ended" in g:
            response.delete_cookie(SESSION_COOKIE, path="/")
        elif "session_row" not in g and session.modified and session:
            self.set_cookie(response, "a." + self.signer.dumps(dict(session)), None)

    def set_cookie(self, response, value, seconds):
        response.set_cookie(
            SESSION_COOKIE,
            value,
            max_age=seconds,
            path="/",
            httponly=True,
            secure=self.secure,
            samesite="Lax",
        )


# Notices: one sentence after an act, shown by the next page. A signed cookie, so that pages never write.


def notice(sentence):
    g.notice = sentence


def notices():
    """The sentences to show on this page; asking removes them."""
    cookie = request.cookies.get(NOTICE_COOKIE)
    if not cookie:
        return []
    g.notice_shown = True
    try:
        return [notice_signer().loads(cookie)]
    except BadSignature:
        return []


def notice_signer():
    return URLSafeSerializer(current_app.config["SETTINGS"].secret_key, salt="notice")


def finish(response):
    """Give every answer its headers, whatever made it."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SETTINGS"].base_url.startswith("https:"):
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    carry_notice(response)
    if request.endpoint not in ("core.static", "core.land", "front.cover", "practices.medium"):
        response.vary.update(("Accept-Language", "Cookie"))
        response.headers.setdefault(
            "Cache-Control", "private, no-store" if current_user.is_authenticated else "no-cache"
        )
    return unless_known(response) if is_for_all(response) else response


def carry_notice(response):
    if "notice" in g:
        response.set_cookie(
            NOTICE_COOKIE,
            notice_signer().dumps(str(g.notice)),
            max_age=300,
            httponly=True,
            samesite="Lax",
            path="/",
        )
    elif "notice_shown" in g:
        response.delete_cookie(NOTICE_COOKIE, path="/")


# Known already: whoever holds a page and asks for it again hears that it is still the same, without it.


def known(*parts):
    """The empty answer for a visitor who holds the page that these parts make; None: the page is to be made.

    The parts are all that it depends on, beside its address and the program.
    """
    if current_user.is_authenticated or NOTICE_COOKIE in request.cookies:
        return None
    site = current_app.config["SETTINGS"].site_name
    said = repr((edition(), site, request.full_path, i18n.language(), parts))
    g.tag = hashlib.sha256(said.encode()).hexdigest()[:32]
    return Response(status=304) if request.if_none_match.contains_weak(g.tag) else None


def unless_known(response):
    """The same answer with a tag by which it is known again, or 304 where it is known."""
    if "tag" in g:
        response.set_etag(g.tag, weak=True)
    else:
        response.add_etag(weak=True)
    return response.make_conditional(request)


def is_for_all(response):
    """Whether every visitor of this address gets this very answer, and gets it whole."""
    is_page = request.method in ("GET", "HEAD") and response.status_code in (200, 304)
    is_own = current_user.is_authenticated or session.modified or "Set-Cookie" in response.headers
    return is_page and not (is_own or response.is_streamed or response.cache_control.no_store)


@cache
def edition():
    """Another text whenever the program, its words or its looks are other ones."""
    digest = hashlib.sha256(tree_hash().encode())
    code, words = (ROOT / "exchange").rglob("*.py"), (ROOT / "exchange").rglob("*.mo")
    for path in sorted([*(ROOT / "templates").rglob("*.*"), *code, *words]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


# Static files: one hash of the whole tree in the address, so that they are cached for ever.


@cache
def tree_hash():
    digest = hashlib.sha256(VERSIONS.encode() + maps.flat_land())
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(STATIC)).encode() + path.read_bytes())
    return base64.b32encode(digest.digest()[:5]).decode().lower()


def static_url(path):
    return static_address(request.script_root, path)


@cache
def static_address(_root, path):
    """Remembered, for every page names a dozen of them."""
    return url_for("core.static", version=tree_hash(), path=path)


def land_url():
    return url_for("core.land", version=tree_hash())


@core.get("/static/<version>/<path:path>")
def static(version, path):
    room, _slash, rest = path.partition("/")
    file = (VENDORED[room], rest) if room in VENDORED else (STATIC, path)
    return for_ever(send_from_directory(*file), version)


@core.get("/static/<version>/land.json")
def land(version):
    """The outlines of the land, for maps that browsers draw."""
    return for_ever(Response(maps.flat_land(), mimetype="application/json"), version)


def for_ever(response, version):
    if version == tree_hash():
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


# Language: choosing is the only thing that sets the cookie.


@core.get("/language")
def language():
    return render_template("core/language.html", next=local_path(request.args.get("next")))


@core.get("/language/<code>")
def choose_language(code):
    if code not in LANGUAGES:
        abort(404)
    response = redirect(local_path(request.args.get("next")), 303)
    response.set_cookie(i18n.COOKIE, code, max_age=365 * 86400, httponly=True, samesite="Lax", path="/")
    return response


def query():
    """What the address asks for, '?topic=water', or ''."""
    text = request.query_string.decode(errors="replace")
    return f"?{text}" if text else ""


def local_path(wish, default="/"):
    """A path of this site to go on to, or the default: never another host, whatever was sent."""
    wish = (wish or "").rstrip("?")
    if (
        not wish.startswith("/")
        or wish[1:2] in ("/", "\\")
        or any(ord(char) < 33 or char == "\\" for char in wish)
    ):
        return default
    parts = urlsplit(wish)
    return wish if not parts.scheme and not parts.netloc else default


# Errors: a plain page in the reader's language, JSON for those who asked for it.


def show_error(error):
    if error.response is not None:
        return error.response
    return error_page(error.code, error)


def broken(error):
    db.session.rollback()
    current_app.logger.exception("unhandled error on %s", request.path)
    return error_page(500)


def busy(error):
    """The database is locked or away: readers try again soon, and nothing was half saved."""
    db.session.rollback()
    current_app.logger.error("database: %s", str(error.orig)[:200])
    response = error_page(503)
    response.headers["Retry-After"] = "5"
    return response


def changed(_error):
    """Of two who act at once, the second finds nothing left to act on."""
    db.session.rollback()
    return error_page(409)


def error_page(code, error=None, message=None):
    message = message or str(ERRORS.get(code, HTTPStatus(code).phrase))
    if isinstance(error, SecurityError):  # a foreign host name: no address of ours can be built for it
        response = make_response(message, code)
        response.content_type = "text/plain; charset=utf-8"
    elif wants_json():
        response = make_response(json.dumps({"error": message}, ensure_ascii=False), code)
        response.content_type = "application/json"
    else:
        response = make_response(render_template("core/error.html", code=code, message=message), code)
    if isinstance(error, HTTPException):
        for name, value in error.get_headers():
            if name in ("Allow", "Retry-After"):
                response.headers[name] = value
    return response


def wants_json():
    return request.path.endswith(".json") or (
        request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
    )


def require(allowed):
    """Go on only when this person may: 404 for strangers, so that nothing is learnt from the answer."""
    if allowed:
        return
    if not current_user.is_authenticated:
        abort(401)
    abort(404)


def is_safe():
    return request.method in SAFE_METHODS
