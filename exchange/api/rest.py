"""JSON resources."""

from flask import Blueprint

api = Blueprint("api", __name__)


def init_app(app):
    app.register_blueprint(api)
