"""People: the directory, a profile, one's own; messages that the site carries."""

from exchange.network.service.people.profiles import path_of as profile_path


def init_app(app):
    from exchange.network.views.people import (  # noqa: F401 – their routes hang on the blueprint
        messages,
        own,
        pages,
    )

    app.jinja_env.globals.update(profile_path=profile_path)
