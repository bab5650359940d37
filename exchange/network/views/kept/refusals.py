"""What a person reads when a verb of collections says no, and with which status."""

from flask_babel import gettext as _
from flask_babel import ngettext

from exchange.network.service.kept.collections import Meanwhile, NoSuchCase, Refusal, TooMany
from exchange.network.service.kept.publishing import NothingToShow
from exchange.practices.service import NotAllowed

REFUSALS = (Refusal, NotAllowed)


def explained(error):
    """(status, sentence for the person who tried)."""
    return EXPLANATIONS.get(type(error), not_allowed)(error)


def not_allowed(_error):
    return 409, _("That cannot be done any more: somebody else acted meanwhile. See how it stands.")


def too_many(error):
    return 422, ngettext(
        "There is room for %(num)s. Take one out first.",
        "There is room for %(num)s. Take one out first.",
        error.most,
    )


EXPLANATIONS = {
    NoSuchCase: lambda _error: (
        422,
        _("No public practice has this address or code. Copy it from the page of the practice."),
    ),
    TooMany: too_many,
    Meanwhile: lambda _error: (
        409,
        _("Somebody else changed this meanwhile. Your words are still here: compare, then save again."),
    ),
    NothingToShow: lambda _error: (
        422,
        _("Before everyone reads it, it needs an introduction and at least one case."),
    ),
}
