"""Forms around a decision: what the note says, when a text goes public, appeals, replies, labels."""

from datetime import time, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional, ValidationError

from exchange.core import i18n
from exchange.core.forms import Form
from exchange.core.models import now
from exchange.core.moments import moment_of
from exchange.moderation import service
from exchange.moderation.forms import languages

LONGEST = 2000
LABELS = {
    "featured": _l("Featured"),
    "award": _l("Award"),
    "expert-reviewed": _l("Reviewed by experts"),
}


class Day(DateField):
    """A day as browsers send it, of a year that calendars of every zone can count; the message is ours."""

    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Write a day like 2026-12-03.")) from error
        if self.data and not 1900 <= self.data.year < 9000:
            self.data = None
            raise ValueError(_("Write a day like 2026-12-03."))


class Clock(TimeField):
    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Write a time like 09:30.")) from error


def at_most(most=LONGEST):
    return Length(max=most, message=_l("At most %(max)d characters."))


def needed(message):
    return DataRequired(message=message)


def moment_in(day, clock, start=time(0)):
    """The moment that two fields name, at midnight without a time; None without a day.

    What is wrong is written at the field, and raised.
    """
    if not day.data:
        return None
    moment = moment_of(day.data, clock.data or start)
    if moment is None:
        raise ValidationError(_("There is no such time on that day: the clocks are put forward."))
    if moment <= now():
        raise ValidationError(_("This is over already. Choose a time to come."))
    return moment


class Outcome:
    """What an approval says beside its verdict; part of the decision's form."""

    language = SelectField(
        _l("Written in"), choices=languages.language_choices, default=i18n.language, validate_choice=False
    )
    unproven = TextAreaField(_l("What remains unproven"), [at_most()])
    signed = BooleanField(_l("Sign the note with my name"))
    publish_day = Day(_l("Or on this day"), [Optional()])
    publish_clock = Clock(_l("At"), [Optional()])

    def validate_publish_day(self, field):
        moment_in(field, self.publish_clock)

    def validate_publish_clock(self, field):
        if field.data and not self.publish_day.data:
            raise ValidationError(_("Choose the day, too."))

    @property
    def outcome(self):
        """What `service.decide` takes of it."""
        known = {code for code, _name in languages.languages_named("en")}
        return {
            "language": self.language.data if self.language.data in known else i18n.language(),
            "unproven": self.unproven.data or "",
            "signed": self.signed.data,
            "publish_at": moment_in(self.publish_day, self.publish_clock),
        }


class PlanForm(Form):
    """When an approved text goes public; without a day, as soon as nothing hinders it."""

    day = Day(_l("Day"), [Optional()])
    clock = Clock(_l("Time"), [Optional()])

    def validate_day(self, field):
        moment_in(field, self.clock)

    def validate_clock(self, field):
        if field.data and not self.day.data:
            raise ValidationError(_("Choose the day, too."))

    @property
    def moment(self):
        return moment_in(self.day, self.clock) or now()


class EmbargoForm(Form):
    day = Day(_l("Not public before"), [needed(_l("Choose a day."))])
    clock = Clock(_l("Time"), [Optional()])
    reason = TextAreaField(_l("Why"), [needed(_l("Give a reason.")), at_most(1000)])

    def validate_day(self, field):
        moment_in(field, self.clock)

    @property
    def moment(self):
        return moment_in(self.day, self.clock)


class PauseForm(Form):
    """Whole days, the last one included; `city` is a slug, '' stands for everybody."""

    city = SelectField(_l("Whose cases wait"), choices=[], validate_choice=True)
    first = Day(_l("First day"), [needed(_l("Choose a day."))])
    last = Day(_l("Last day"), [needed(_l("Choose a day."))])
    reason = TextAreaField(_l("Why"), [needed(_l("Give a reason.")), at_most(1000)])

    def validate_last(self, field):
        if field.data and self.first.data and field.data < self.first.data:
            raise ValidationError(_("The last day lies before the first."))

    @property
    def stretch(self):
        """(from, until) as moments."""
        return midnight(self.first.data), midnight(self.last.data + timedelta(days=1))


def midnight(day):
    """When a day begins; in some zones, once a year, an hour later."""
    return moment_of(day, time(0)) or moment_of(day, time(1))


class AppealForm(Form):
    words = TextAreaField(_l("Why it should be looked at again"), [needed(_l("Say why.")), at_most(5000)])


class ReplyForm(Form):
    words = TextAreaField(_l("Your reply"), [at_most(1000)])


class LabelForm(Form):
    kind = SelectField(_l("Label"), choices=[SelectChoice(kind, LABELS[kind]) for kind in service.GIVEN])
    name = StringField(_l("Name of the award"), [at_most(120)])
    year = IntegerField(
        _l("Year"), [Optional(), NumberRange(1900, 2100, message=_l("Write a year like 2018."))]
    )
    note = TextAreaField(_l("Why, for the record"), [needed(_l("Say why.")), at_most(1000)])

    def validate_name(self, field):
        if self.kind.data == "award" and not field.data:
            raise ValidationError(_l("Give the name of the award."))
