"""Pages of the network, in folders by subject; each folder hangs its routes on the one blueprint."""

from flask import Blueprint

network = Blueprint("network", __name__)


def init_app(app):
    from exchange.network.views import (
        dates,
        figures,
        kept,
        ledger,
        members,
        partners,
        people,
        positions,
        talk,
        vetting,
    )

    for folder in (
        dates,
        figures,
        kept,
        ledger,
        members,
        partners,
        people,
        positions,
        talk,
        vetting,
    ):
        folder.init_app(app)
    app.register_blueprint(network)
