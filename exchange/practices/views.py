"""Pages of this room."""

from flask import Blueprint

practices = Blueprint("practices", __name__)


def init_app(app):
    app.register_blueprint(practices)
