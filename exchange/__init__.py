"""The Exchange: cities tell each other what works. `create_app` reads as a table of contents."""

from flask import Flask

from exchange import config


def create_app(settings=None):
    """The web application of one installation; raises config.BadSetting when its settings make no sense."""
    settings = settings or config.load()
    app = Flask(__name__, template_folder=config.ROOT / "templates", static_folder=None)
    app.config.update(
        SETTINGS=settings, SECRET_KEY=settings.secret_key, SQLALCHEMY_DATABASE_URI=settings.database_url
    )
    add_extensions(app)
    add_rooms(app)
    return app


def add_extensions(app):
    from exchange.core import i18n, moments, web
    from exchange.core.models import db

    db.init_app(app)
    i18n.init_app(app)
    moments.init_app(app)
    web.init_app(app)


def add_rooms(app):
    import exchange.moderation.bulk_models
    import exchange.network.models
    import exchange.notifications.models
    import exchange.search.models  # noqa: F401 – the shape of the database is whole from here on
    from exchange.accounts import views as accounts
    from exchange.api import views as api
    from exchange.front import views as front
    from exchange.moderation import models  # noqa: F401
    from exchange.moderation import views as moderation
    from exchange.network import views as network
    from exchange.notifications import views as notifications
    from exchange.practices import views as practices
    from exchange.search import views as search

    for room in (accounts, practices, search, network, moderation, api, notifications, front):
        room.init_app(app)
