"""Suggestions, as the box's script asks for them while one types."""

from flask import jsonify, request
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from exchange.core import i18n
from exchange.search.views import offers, search

FRESH = 60  # seconds, for which a browser need not ask again


@search.get("/suggest.json")
def suggest():
    """What somebody may be about to type, in groups, with the addresses that open; any text is answered."""
    found = offers.while_typing(request.args.get("q", ""), i18n.language())
    groups = [group(*one) for one in offers.in_groups(found)]
    response = jsonify(words=counted(len(found)), groups=groups)
    response.headers["Cache-Control"] = f"private, max-age={FRESH}"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def group(kind, title, found):
    return {
        "kind": offers.CALLED.get(kind, kind),
        "title": str(title),
        "offers": [as_json(one) for one in found],
    }


def as_json(offer):
    return {
        "label": offer.label,
        "language": offer.language or None,
        "count": offer.count,
        "note": offer.note,
        "href": offer.path,
    }


def counted(number):
    """What a screen reader says when they appear."""
    if not number:
        return _("No suggestions")
    return ngettext(
        "%(number)s suggestion. Arrow keys lead to it.",
        "%(number)s suggestions. Arrow keys lead to them.",
        number,
        number=format_decimal(number),
    )
