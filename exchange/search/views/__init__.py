"""Pages of this room: `practices` (list, map and table), `alerts` (saved searches), `suggestions`."""

from flask import Blueprint

from exchange.search.engine import OutOfTime
from exchange.search.engines.whoosh_engine import WhooshEngine

search = Blueprint("search", __name__)


def init_app(app):
    from exchange.search.views import alerts, practices, suggestions  # noqa: F401 – their routes hang on it

    app.extensions["search"] = WhooshEngine(app.config["SETTINGS"].index)  # the one place that chooses
    app.register_blueprint(search)
    app.register_error_handler(OutOfTime, practices.too_long)
