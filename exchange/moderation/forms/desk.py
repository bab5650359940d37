"""Forms of the desk: take, assign, comment, decide, and the acts on public cases."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from exchange.core.forms import Form
from exchange.moderation.models import RUBRIC
from exchange.practices import schema

LONGEST = 5000
RUBRIC_LABELS = dict(
    zip(
        RUBRIC,
        (
            _l("Clear to a stranger"),
            _l("Says what went wrong"),
            _l("Pictures have rights"),
            _l("Figures have a source"),
            _l("Conditions for others"),
            _l("Nobody’s personal data"),
        ),
        strict=True,
    )
)
MARKS = {"": _l("Not set"), "yes": _l("Yes"), "partly": _l("Partly"), "no": _l("No")}
AUDIENCES = {"authors": _l("The authors"), "reviewers": _l("Reviewers only")}
WORDS = {"confirmed": _l("Confirmed"), "disputed": _l("Disputed"), "ended": _l("No longer supported")}
VERDICTS = ("approve", "request_changes", "reject")


def options(choices):
    return [SelectChoice(value, label) for value, label in choices.items()]


def short_enough(most=LONGEST):
    return Length(max=most, message=_l("At most %(max)d characters."))


def needed(message):
    return DataRequired(message=message)


class TakeForm(Form):
    conflict_note = TextAreaField(_l("Why your own city does no harm here"), [short_enough(1000)])


class AssignForm(Form):
    """`person` is a user's id; its choices are set by the view."""

    person = SelectField(_l("Give it to"), coerce=int, choices=[], validate_choice=True)
    conflict_note = TextAreaField(
        _l("If it is their own city: why that does no harm here"), [short_enough(1000)]
    )


class CommentForm(Form):
    field = HiddenField()
    words = TextAreaField(_l("Comment"), [needed(_l("Write the comment first.")), short_enough()])
    audience = RadioField(_l("Who reads it"), choices=options(AUDIENCES), default="authors")
    blocking = BooleanField(_l("Blocks approval"))

    def validate_field(self, field):
        if field.data and field.data not in (*schema.FIELDS, schema.STORY.name):
            raise ValidationError(_l("There is no such field."))


class DecisionForm(Form):
    """One verdict with all that belongs to it; rubric lines are fields of their own."""

    seen_hash = HiddenField()
    verdict = HiddenField()
    reason = TextAreaField(_l("To the authors"), [short_enough()])
    public_note = TextAreaField(_l("Review note"), [short_enough(2000)])
    publish_now = BooleanField(_l("Publish at once"), default=True)
    design = SelectField(
        _l("How it was found out"), choices=options({"": _l("Not set"), **schema.DESIGNS}), default=""
    )
    independence = SelectField(
        _l("Who found it out"), choices=options({"": _l("Not set"), **schema.INDEPENDENCE}), default=""
    )

    def validate_verdict(self, field):
        if field.data not in VERDICTS:
            raise ValidationError(_l("Choose what to decide."))

    @property
    def rubric(self):
        """Line → mark of what was set."""
        return {line: self[rubric_name(line)].data for line in RUBRIC if self[rubric_name(line)].data}


def rubric_name(line):
    return "rubric_" + line.replace("-", "_")


for _line, _label in RUBRIC_LABELS.items():
    setattr(DecisionForm, rubric_name(_line), SelectField(_label, choices=options(MARKS), default=""))


class ReasonForm(Form):
    reason = TextAreaField(_l("Reason"), [needed(_l("Give a reason.")), short_enough()])


class WithdrawalDecisionForm(Form):
    answer = RadioField(
        _l("Decision"),
        [needed(_l("Choose one."))],
        choices=options({"agree": _l("Withdraw the case"), "decline": _l("Keep it public")}),
    )
    reason = TextAreaField(_l("Reason, for everyone to read"), [needed(_l("Give a reason.")), short_enough()])


class ConfirmationForm(Form):
    """What a city says of a case; `word` offers only what fits the case."""

    word = RadioField(_l("What the city says"), [needed(_l("Choose one."))], choices=options(WORDS))
    reason = TextAreaField(_l("Reason"), [short_enough()])

    def validate_reason(self, field):
        if self.word.data in ("disputed", "ended") and not field.data:
            raise ValidationError(_l("Say why."))
