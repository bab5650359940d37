"""Pages of this room: `practices` (list, map and table), `alerts` (saved searches), `suggestions`."""

from flask import Blueprint

from exchange.search.engine import OutOfTime

search = Blueprint("search", __name__)


def init_app(app):
    from exchange.search.views import alerts, practices, suggestions  # noqa: F401 – their routes hang on it

    app.register_blueprint(search)
    app.register_error_handler(OutOfTime, practices.too_long)
