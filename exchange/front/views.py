"""Pages of this room."""

from flask import Blueprint

front = Blueprint("front", __name__)


def init_app(app):
    app.register_blueprint(front)
