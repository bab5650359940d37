"""Forms of the desk: take, assign, comment, suggest, decide, and the acts on public cases."""

from datetime import UTC, datetime, time

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from exchange.core.forms import Form
from exchange.moderation.forms.publication import Day, Outcome
from exchange.moderation.models import MARKS, RUBRIC
from exchange.practices import schema

LONGEST = 5000
RUBRIC_LABELS = RUBRIC
MARKS = {"": _l("Not set"), **MARKS}
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


class DueForm(Form):
    """The last day for an answer, like every deadline a day in UTC."""

    day = Day(_l("Answer by"), [needed(_l("Choose a day."))])

    @property
    def moment(self):
        return datetime.combine(self.day.data, time(23, 59, 59), tzinfo=UTC)


class CommentForm(Form):
    field = HiddenField()
    words = TextAreaField(_l("Comment"), [needed(_l("Write the comment first.")), short_enough()])
    audience = RadioField(_l("Who reads it"), choices=options(AUDIENCES), default="authors")
    blocking = BooleanField(_l("Blocks approval"))

    def validate_field(self, field):
        if field.data and field.data not in (*schema.FIELDS, schema.STORY.name):
            raise ValidationError(_l("There is no such field."))


class AnswerForm(Form):
    words = TextAreaField(_l("Answer"), [needed(_l("Write the answer first.")), short_enough()])


class SuggestionForm(Form):
    """Why other words are better; the words themselves are controls of the view, one for each place."""

    field = HiddenField()
    why = StringField(_l("Why"), [short_enough(300)])


def control_name(row, part):
    """The control that holds the words of one place: a whole field, or a part of a row."""
    return "text" if part is None else f"text-{row}-{part}"


class NotesForm(Form):
    """What is kept while a reviewer types; `base` is what it was typed on top of."""

    base = HiddenField()
    notes = TextAreaField(_l("Notes for reviewers"), [short_enough(10000)])


class JudgementForm(Outcome, NotesForm):
    """A decision to be, with all that belongs to it; rubric lines are fields of their own."""

    seen_hash = HiddenField()
    canned = SelectField(_l("Begin with"), choices=[], default="", validate_choice=False)
    reason = TextAreaField(_l("To the authors"), [short_enough()])
    public_note = TextAreaField(_l("Review note"), [short_enough(2000)])
    publish_now = BooleanField(_l("Publish at once"), default=True)
    design = SelectField(
        _l("How it was found out"), choices=options({"": _l("Not set"), **schema.DESIGNS}), default=""
    )
    independence = SelectField(
        _l("Who found it out"), choices=options({"": _l("Not set"), **schema.INDEPENDENCE}), default=""
    )

    @property
    def reason_code(self):
        """The canned reason that it began with, among those on offer."""
        return self.canned.data if self.canned.data in {one.value for one in self.canned.choices} else ""

    @property
    def rubric(self):
        """Line → mark of what was set."""
        return {line: self[rubric_name(line)].data for line in RUBRIC if self[rubric_name(line)].data}

    @property
    def rubric_notes(self):
        """Line → the sentence beside its mark."""
        return {line: self[note_name(line)].data for line in RUBRIC if self[note_name(line)].data}


def rubric_name(line):
    return "rubric_" + line.replace("-", "_")


def note_name(line):
    return "note_" + line.replace("-", "_")


for _line, _label in RUBRIC_LABELS.items():
    setattr(JudgementForm, rubric_name(_line), SelectField(_label, choices=options(MARKS), default=""))
    setattr(JudgementForm, note_name(_line), StringField(_l("Note"), [short_enough(300)]))


class DecisionForm(JudgementForm):
    """A judgement with its verdict."""

    verdict = HiddenField()

    def validate_verdict(self, field):
        if field.data not in VERDICTS:
            raise ValidationError(_l("Choose what to decide."))


class BulkForm(Form):
    """One act on many imported cases; `case` holds their numbers, each with the hash of its text.

    Or on `everything` that the filter matched when the page was made: on the reviews with numbers up to
    `up_to`, step by step; `after` is the last one that was dealt with.
    """

    act = HiddenField()
    everything = BooleanField()
    up_to = HiddenField()
    after = HiddenField()
    reason = TextAreaField(_l("Why you reject them"), [short_enough()])

    def validate_act(self, field):
        if field.data not in ("take", "approve", "reject"):
            raise ValidationError(_l("Choose what to do with them."))

    @property
    def stretch(self):
        """(after, up to) as numbers; nonsense is 0, which is no review's."""
        return number_in(self.after.data), number_in(self.up_to.data)


def number_in(text):
    text = text or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


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
