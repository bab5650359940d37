"""What people keep: comparisons and briefings of cases, collections, follows."""

from exchange.network.service.kept import collections, follows


def init_app(app):
    from exchange.network.views.kept import (  # noqa: F401 – their routes hang on the blueprint
        briefing,
        comparison,
        entries,
        following,
        shelf,
    )

    app.jinja_env.globals.update(
        collection_path=collections.path_of,
        is_followed=follows.is_followed,
    )
