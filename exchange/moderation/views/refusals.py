"""What a person reads when a verb of this room says no, and with which status."""

from flask_babel import gettext as _
from flask_babel import ngettext

from exchange.moderation import service
from exchange.practices import schema
from exchange.practices.service import NotAllowed

REFUSALS = (service.Refusal, NotAllowed)


def explained(error):
    """(status, sentence for the person who tried)."""
    return EXPLANATIONS.get(type(error), not_allowed)(error)


def not_allowed(_error):
    return 409, _(
        "That cannot be done just now: somebody else acted on this case meanwhile. See how it stands."
    )


def taken(error):
    return 409, _("%(name)s has taken this case.", name=error.who.name)


def decided(error):
    if error.decision is None:
        return 409, _("This was decided meanwhile.")
    verdicts = {
        "approve": _("%(name)s has approved this case meanwhile.", name=error.decision.by.name),
        "request_changes": _("%(name)s has asked for changes meanwhile.", name=error.decision.by.name),
        "reject": _("%(name)s has rejected this case meanwhile.", name=error.decision.by.name),
        "withdraw": _("%(name)s has taken the submission back meanwhile.", name=error.decision.by.name),
    }
    return 409, verdicts[error.decision.verdict]


def conflicting(error):
    if error.kind == "author":
        return 409, _("Whoever wrote a case does not judge it.")
    return 409, _("People of a case’s own city judge it only when a coordinator notes why that does no harm.")


def not_yet(error):
    words = hindrance_words(error)
    return 422, words or _("Say how the results were found out, and who found them out.")


EXPLANATIONS = {
    service.AlreadyTaken: taken,
    service.AlreadyDecided: decided,
    service.ConflictOfInterest: conflicting,
    service.NotYet: not_yet,
    service.ReasonMissing: lambda _error: (
        422,
        _("A reason is missing. To ask for changes, a comment for the authors will do."),
    ),
    service.TextChanged: lambda _error: (
        409,
        _("The text is another one now. Read it again before you decide."),
    ),
}


def hindrance_words(lacking):
    """Why Approve is not open yet, without the evidence, which is set in the same form."""
    if lacking.comments:
        return ngettext(
            "Approve opens when one comment is resolved.",
            "Approve opens when %(num)s comments are resolved.",
            lacking.comments,
        )
    if lacking.gaps:
        return _("Approve opens when these have an answer: %(fields)s.", fields=gap_names(lacking.gaps))
    return ""


def gap_names(gaps):
    return ", ".join(str(gap.label) if isinstance(gap, schema.Field) else gap for gap in gaps)


def mark_fields(form, error):
    """Say what is wrong at the fields themselves, too."""
    if isinstance(error, service.ReasonMissing):
        form.reason.errors = [_("Give a reason.")]
    if isinstance(error, service.NotYet) and error.evidence:
        for one in (form.design, form.independence):
            one.errors = [] if one.data else [_("Choose one.")]
