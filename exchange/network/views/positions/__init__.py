"""Positions: joint statements and the cities that signed them."""

from exchange.network.service.positions.positions import path_of


def init_app(app):
    from exchange.network.views.positions import pages  # noqa: F401 – their routes hang on the blueprint

    app.jinja_env.globals.update(
        position_path=lambda position: path_of(position.public_id, position.get("title"))
    )
