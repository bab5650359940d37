"""Pages of this room: `entrance` to come in, `own` for one's account, `people` to look after others."""

from flask import Blueprint, g
from flask_login import LoginManager
from flask_wtf.csrf import CSRFError

from exchange.accounts import service

accounts = Blueprint("accounts", __name__)
login_manager = LoginManager()


def init_app(app):
    from exchange.accounts.views import entrance, own, people  # noqa: F401 – their routes hang on the blueprint

    login_manager.session_protection = None  # its fingerprint trusts X-Forwarded-For
    login_manager.init_app(app)
    login_manager.request_loader(signed_in_user)
    app.session_interface.load_row = service.find_session
    app.register_error_handler(401, entrance.signed_out)
    app.register_error_handler(CSRFError, entrance.old_form)
    app.register_blueprint(accounts)


def signed_in_user(_request):
    """The user of the session row that this request came with, or None."""
    return g.session_row.user if "session_row" in g else None
