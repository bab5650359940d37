"""The vocabulary desk."""


def init_app(app):
    from exchange.moderation.views.vocabulary import (  # noqa: F401 – their routes hang on the blueprint
        missing_words,
        synonyms,
        words,
    )
