"""Who is asked by a link: the authors' pages about them, and the pages behind the link."""


def init_app(app):
    from exchange.moderation.views.links import (  # noqa: F401 – their routes hang on the blueprint
        answers_page,
        asked_shown,
        asking,
        clearance_page,
        clearing,
        confirm_page,
        telling,
    )

    asked_shown.init_app(app)
