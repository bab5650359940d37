"""Pages of this room: `write` for those who tell a case, `desk` for those who review it."""

from importlib.util import find_spec

from flask import Blueprint

moderation = Blueprint("moderation", __name__)


def init_app(app):
    from exchange.moderation.views import write  # noqa: F401 – its routes hang on the blueprint above

    if find_spec("exchange.moderation.views.desk"):
        from exchange.moderation.views import desk  # noqa: F401

    app.register_blueprint(moderation)
