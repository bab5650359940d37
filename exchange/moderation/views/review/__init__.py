"""The desk, and the one screen on which a case is judged."""


def init_app(app):
    from exchange.moderation.views.review import (  # noqa: F401 – their routes hang on the blueprint
        claims,
        desk,
        evaluations,
        notes,
        page,
        reasons,
        remarks,
        translation_desk,
    )
