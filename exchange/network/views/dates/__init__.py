"""Dates: events to come and past, their calendar and documents; news."""


def init_app(app):
    from exchange.network.views.dates import (  # noqa: F401 – their routes hang on the blueprint
        documents,
        events,
        news,
        proposing,
        shown,
    )

    shown.init_app(app)
