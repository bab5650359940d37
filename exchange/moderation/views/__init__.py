"""Pages of this room.

For those who tell a case: `cases`, `write` (with `step` and `conflict`), `submission`; for those who
review it: `desk`, `review`, `visibility`, `vocabulary`.
"""

from flask import Blueprint

moderation = Blueprint("moderation", __name__)


def init_app(app):
    from exchange.moderation.views import (  # noqa: F401 – their routes hang on the blueprint
        cases,
        desk,
        review,
        submission,
        visibility,
        vocabulary,
        write,
    )

    app.register_blueprint(moderation)
