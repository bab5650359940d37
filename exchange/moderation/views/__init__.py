"""Pages of this room: `write` for those who tell a case, `desk` for those who review it."""

from flask import Blueprint

moderation = Blueprint("moderation", __name__)


def init_app(app):
    from exchange.moderation.views import desk, write  # noqa: F401 – their routes hang on the blueprint

    app.register_blueprint(moderation)
