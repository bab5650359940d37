"""What waits to be read by a moderator before it is public, and what became of one’s own."""


def init_app(app):
    from exchange.network.service import vetting
    from exchange.network.views.vetting import pages  # noqa: F401 – their routes hang on the blueprint

    app.jinja_env.globals.update(vetted_waiting=lambda: sum(vetting.counts().values()))
