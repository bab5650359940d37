"""One page that leads to everything the network has beside its cases."""

from functools import lru_cache

from flask import current_app, render_template
from flask_babel import lazy_gettext as _l

from exchange.network.views import network

PAGES = (  # address, its name, what one finds there
    (
        "/cities",
        _l("Cities"),
        _l("Who belongs to the network, since when, and what each city decides itself."),
    ),
    ("/offices", _l("Offices"), _l("Which city presides, today and on any past day.")),
    ("/people", _l("People"), _l("Officials and researchers who are ready to be asked.")),
    ("/partners", _l("Partners"), _l("Organisations that work with the cities, and on what.")),
    ("/positions", _l("Positions"), _l("What cities say together: to whom, who signed, what came of it.")),
    (
        "/events",
        _l("Events"),
        _l("What is on, and what came of what has been; as a calendar to subscribe to."),
    ),
    ("/news", _l("News"), _l("What the network and its partners report.")),
    ("/challenges", _l("Challenges"), _l("What cities want to solve, and what other cities answer.")),
    ("/questions", _l("Questions"), _l("Support on policy, technical and financial questions.")),
    ("/transfers", _l("Transfers"), _l("Which practice was taken up where, and with what result.")),
    ("/collections", _l("Collections"), _l("Practices that somebody has put together, with the reasons.")),
    ("/figures", _l("Figures"), _l("The network in numbers: practices, readers, adoptions.")),
)


@network.get("/network")
def overview():
    return render_template("network/overview.html", pages=pages())


def pages():
    """Those pages that this installation has."""
    there = addresses(current_app._get_current_object())
    return [page for page in PAGES if page[0] in there]


@lru_cache(maxsize=4)
def addresses(app):
    return {rule.rule for rule in app.url_map.iter_rules()}
