"""Pages of those who tell a case."""


def init_app(app):
    from exchange.moderation.views.writing import (  # noqa: F401 – their routes hang on the blueprint
        beside,
        cases,
        files,
        history,
        invitations,
        people,
        shared,
        steps,
        submission,
        told,
        translations,
    )
