"""Bulk import and batches."""


def init_app(app):
    from exchange.moderation.views.tables import (  # noqa: F401 – their routes hang on the blueprint
        batches,
        bulk,
        uploads,
    )
