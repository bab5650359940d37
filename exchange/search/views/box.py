"""What stands round the box: how a question was read, what was perhaps meant, what else there is."""

from flask_babel import lazy_gettext as _l

from exchange.search.query import SWITCHES
from exchange.search.views import offers
from exchange.search.views.addresses import address
from exchange.search.words import parser, wording

SWITCHED = {
    "stems": _l("Other forms of the words"),
    "synonyms": _l("Synonyms"),
    "translations": _l("Names in other languages"),
}


def around(answer):
    """What the page's template is told of it, by name."""
    reading, meant = answer.reading, answer.results.suggestion
    return {
        "read_as": answer.read_as if needs_saying(reading) else "",
        "small_words": wording.small_words(reading.tree),
        "ignored": answer.ignored,
        "switches": switches(answer),
        "meant": (meant, address(answer.query, q=meant)) if meant else None,
        "instead": [] if answer.total or answer.out_of_time else offers.instead(answer),
    }


def needs_saying(reading):
    """One plain word is read as everybody thinks it is."""
    return bool(reading.ignored) or not isinstance(reading.tree, parser.Word | None)


def switches(answer):
    """(words, whether it is on, address that turns it) of what finds more than the words that were typed."""
    query, tree = answer.query, answer.reading.tree
    if answer.degraded or not (tree and parser.sought(tree)):
        return []
    return [
        (SWITCHED[name], name not in query.off, address(query, off=turned(query, name))) for name in SWITCHES
    ]


def turned(query, name):
    """What is off once this switch is turned."""
    return tuple(one for one in SWITCHES if (one in query.off) != (one == name))
