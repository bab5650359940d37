"""Small forms beside a public case: what was found of a figure, and an evaluation that a reader knows."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from exchange.core.forms import Form
from exchange.moderation.forms import references
from exchange.moderation.forms.checks import is_paper
from exchange.moderation.forms.desk import needed, options
from exchange.moderation.models import ClaimCheck
from exchange.moderation.service import NEED_A_NOTE
from exchange.practices import schema
from exchange.practices.shown import CHECKS

LONGEST_NOTE = 600
LONGEST_TITLE = 300
LONGEST_ADDRESS = 2000
TOO_LONG = _l("At most %(max)d characters.")


class CheckForm(Form):
    """What was found of one figure. `seen`: id of the check that stood there when the page was opened."""

    seen = HiddenField()
    state = SelectField(
        _l("What you found"), choices=options({one: CHECKS[one] for one in ClaimCheck.STATES})
    )
    note = TextAreaField(_l("Why, for everyone to read"), [Length(max=LONGEST_NOTE, message=TOO_LONG)])

    def validate_note(self, field):
        if self.state.data in NEED_A_NOTE and not field.data:
            raise ValidationError(_l("Say what is disputed, or what is newer."))

    @property
    def seen_id(self):
        text = self.seen.data or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


class EvaluationForm(Form):
    title = StringField(
        _l("Title"), [needed(_l("Give its title.")), Length(max=LONGEST_TITLE, message=TOO_LONG)]
    )
    address = StringField(
        _l("DOI or web address"),
        [needed(_l("Say where it can be read.")), Length(max=LONGEST_ADDRESS, message=TOO_LONG), is_paper],
    )
    design = SelectField(_l("Design"), choices=options({"": _l("Choose"), **schema.DESIGNS}))
    finding = TextAreaField(
        _l("Finding"), [needed(_l("Say what it found.")), Length(max=schema.FINDING, message=TOO_LONG)]
    )

    def validate_design(self, field):
        if not field.data:
            raise ValidationError(_l("Choose one."))

    @property
    def paper(self):
        """The address as it is stored: a DOI becomes one that opens."""
        return references.paper_address(self.address.data)


class VerdictForm(Form):
    """What becomes of a proposed evaluation."""

    answer = RadioField(
        _l("Decision"),
        [DataRequired(_l("Choose one."))],
        choices=options({"accept": _l("Put it beside the case"), "decline": _l("Decline it")}),
    )
    reason = TextAreaField(
        _l("Reason, for whoever proposed it"), [Length(max=LONGEST_NOTE, message=TOO_LONG)]
    )

    def validate_reason(self, field):
        if self.answer.data == "decline" and not field.data:
            raise ValidationError(_l("Give a reason."))
