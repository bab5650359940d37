"""Pages of this room."""

from flask import Blueprint

moderation = Blueprint("moderation", __name__)


def init_app(app):
    app.register_blueprint(moderation)
