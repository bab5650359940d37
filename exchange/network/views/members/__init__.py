"""Members: what the network has, who holds its offices on a day, how a city's profile is changed."""

from exchange.network.service.members.partial import in_words, short


def init_app(app):
    from exchange.network.views.members import bringing, editing, overview, pages  # noqa: F401 – their routes hang on the blueprint

    app.jinja_env.globals.update(span_in_words=in_words, network_pages=overview.pages)
    app.jinja_env.filters.update(short_date=short)
