"""What a person reads when a verb of talk says no, and with which status."""

from flask_babel import gettext as _
from flask_babel import ngettext

from exchange.network.service.talk.answering import NoSuchPractice
from exchange.network.service.talk.challenges import Closed, Locked, Meanwhile
from exchange.network.service.talk.limits import TooMuch
from exchange.network.service.talk.reports import DoneBefore, ReasonMissing, Refusal
from exchange.practices.service import NotAllowed

REFUSALS = (Refusal, TooMuch, NotAllowed)


def explained(error):
    """(status, sentence for the person who tried)."""
    return EXPLANATIONS.get(type(error), not_allowed)(error)


def not_allowed(_error):
    return 409, _("That cannot be done any more: somebody else acted meanwhile. See how it stands.")


def too_much(error):
    if error.is_new:
        sentence = ngettext(
            "A new account writes once a day. Your text is still here: send it tomorrow.",
            "A new account writes %(num)s times a day. Your text is still here: send it tomorrow.",
            error.most,
        )
        return 429, sentence
    return 429, _("That is much for one day. Your text is still here: send it tomorrow.")


def done_before(error):
    if error.by is None:
        return 409, _("Somebody else has decided this meanwhile.")
    return 409, _("%(name)s has decided this meanwhile.", name=error.by.name)


EXPLANATIONS = {
    NoSuchPractice: lambda _error: (
        422,
        _("No public practice has this address or code. Copy it from the page of the practice."),
    ),
    Meanwhile: lambda _error: (
        409,
        _(
            "Someone else has changed this meanwhile. What you typed is still here: "
            "send it again to replace theirs."
        ),
    ),
    Closed: lambda _error: (409, _("This is closed meanwhile; nothing is added any more.")),
    Locked: lambda error: (
        409,
        _("A moderator has locked this: %(reason)s", reason=error.lock.reason),
    ),
    TooMuch: too_much,
    DoneBefore: done_before,
    ReasonMissing: lambda _error: (422, _("Give a reason.")),
}
