"""Addresses for machines: one file for each subject."""

from urllib.parse import quote

from flask import Blueprint

from exchange.practices.service import slug_of

READ_AT_ONCE = ("json", "atom")  # by a browser or a feed reader; the others are files to keep

api = Blueprint("api", __name__)


def init_app(app):
    from exchange.api.views import (  # noqa: F401 – their routes hang on the blueprint
        figures,
        kept,
        members,
        network,
        practices,
        talk,
        transfers,
    )

    app.register_blueprint(api)


@api.after_request
def keep_robots_away(response):
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def disposition(name, ext):
    """The file's name in plain letters, and beside it as it is written."""
    how = "inline" if ext in READ_AT_ONCE else "attachment"
    plain = f'{how}; filename="{slug_of(name)}.{ext}"'
    return plain if name.isascii() else f"{plain}; filename*=UTF-8''{quote(name)}.{ext}"
