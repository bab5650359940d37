"""Pages of this room."""

from flask import Blueprint

search = Blueprint("search", __name__)


def init_app(app):
    app.register_blueprint(search)
