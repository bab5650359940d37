"""What a person reads when a verb of this room says no, and with which status."""

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from exchange.core.models import db
from exchange.core.moments import in_words
from exchange.core.web import error_page
from exchange.moderation import service
from exchange.practices import schema
from exchange.practices.service import NotAllowed

REFUSALS = (service.Refusal, NotAllowed)


def explained(error):
    """(status, sentence for the person who tried)."""
    return EXPLANATIONS.get(type(error), not_allowed)(error)


def told(error):
    """The answer where no page of its own says it: the second of two who act at once reads it here."""
    db.session.rollback()
    status, words = explained(error)
    return error_page(status, message=words)


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
    if error.kind == "proposer":
        return 409, _("Whoever proposed an evaluation does not decide on it.")
    return 409, _("People of a case’s own city judge it only when a coordinator notes why that does no harm.")


def not_yet(error):
    words = hindrance_words(error)
    return 422, words or _("Say how the results were found out, and who found them out.")


def hindered(error):
    """Why it is not public yet, one sentence for each hindrance."""
    return 409, " ".join(words_of_hindrance(one) for one in error.hindrances)


def words_of_hindrance(hindrance):
    return str(HINDRANCES[hindrance.kind](hindrance))


def paused(hindrance):
    until, reason = in_words(hindrance.until), hindrance.reason
    if hindrance.who:
        return _(
            "%(city)s pauses publishing until %(until)s: %(reason)s",
            city=hindrance.who,
            until=until,
            reason=reason,
        )
    return _("Publishing pauses until %(until)s: %(reason)s", until=until, reason=reason)


HINDRANCES = {  # kind of Hindrance → the sentence that a moderator and an author read
    "embargo": lambda one: _(
        "Under embargo until %(until)s: %(reason)s", until=in_words(one.until), reason=one.reason
    ),
    "pause": paused,
    "reply": lambda one: _(
        "The authors have until %(until)s to answer the review note.", until=in_words(one.until)
    ),
    "clearance": lambda _one: _(
        "Publishing waits until the authors’ house has cleared this very text, "
        "or the lead author says why it need not."
    ),
    "city-told": lambda one: _(
        "%(city)s hears of it first: publishing waits until %(day)s, unless the city confirms it before.",
        city=one.who,
        day=format_date(one.until, "long"),
    ),
    "city-untold": lambda one: _(
        "%(city)s has not heard of it: the lead author names whom to tell there.", city=one.who
    ),
}


def checked(error):
    if error.check is None:
        return not_allowed(error)
    return 409, _("%(name)s has said something else of this figure meanwhile.", name=error.check.by.name)


EXPLANATIONS = {
    service.CheckedMeanwhile: checked,
    service.KnownAlready: lambda _error: (409, _("This evaluation is known here already.")),
    service.TooManyWaiting: lambda _error: (
        409,
        _("Ten of your proposals wait to be read. Propose more when some of them are decided."),
    ),
    service.Hindered: hindered,
    service.LinkOver: lambda _error: (409, _("This link takes no answer any more.")),
    service.AlreadyTaken: taken,
    service.AlreadyDecided: decided,
    service.ConflictOfInterest: conflicting,
    service.NotYet: not_yet,
    service.ReasonMissing: lambda _error: (
        422,
        _("A reason is missing. To ask for changes, a comment for the authors will do."),
    ),
    service.NotLater: lambda _error: (422, _("The end must lie after the beginning, and still to come.")),
    service.TooFar: lambda error: (
        422,
        _("Choose a day until %(day)s.", day=format_date(error.until, "long")),
    ),
    service.NotReady: lambda error: (
        422,
        _("These are missing: %(fields)s.", fields=gap_names(error.gaps)),
    ),
    service.AlreadyAnswered: lambda _error: (409, _("This wording has been dealt with meanwhile.")),
    service.AlreadyTakenUp: lambda _error: (
        409,
        _("You have taken another wording for the same place. Decline one of them."),
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
    if lacking.wording:
        return ngettext(
            "Approve opens when the wording that the author took is in the text: ask for changes.",
            "Approve opens when the %(num)s wordings that the author took are in the text: ask for changes.",
            lacking.wording,
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
