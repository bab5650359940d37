"""Forms of events, their documents, and news."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, FormField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from exchange.core.forms import Form, at_most, needed, web_address
from exchange.core.i18n import language
from exchange.network.forms import fields
from exchange.network.forms.fields import Clock, Day, Spoken, TextForm, Zone, line
from exchange.network.service.dates import times

EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)


def in_our_time(_form, field):
    if field.data and not EARLIEST <= field.data <= LATEST:
        raise ValidationError(_("Write a year between 1900 and 2100."))


class EventForm(TextForm):
    """What is on, when by the clocks there, where, and afterwards what came of it."""

    title = line(_l("Title"), needed(_l("Give it a title.")), at_most(120))
    language = fields.text_language(_l("Written in"))
    summary = TextAreaField(_l("What it is about"), [needed(_l("Say what it is about.")), at_most(3000)])
    start_day = Day(_l("First day"), [needed(_l("Choose a day.")), in_our_time])
    start_time = Clock(_l("Begins at"), [Optional()])
    end_day = Day(_l("Last day"), [Optional(), in_our_time])
    end_time = Clock(_l("Ends at"), [Optional()])
    zone = Zone(_l("By the clocks of"), [needed(_l("Say by which clocks."))])
    fold = RadioField(
        _l("Which of the two"),
        [Optional()],
        default="",
        choices=[
            SelectChoice("0", _l("the first time the clock shows it")),
            SelectChoice("1", _l("the second time, after the clocks went back")),
        ],
    )
    city = SelectField(_l("Host city"), [Optional()], choices=[])
    partner = SelectField(_l("Partner"), [Optional()], choices=[])
    place = line(_l("Place"), at_most(200))
    link = line(_l("Link to take part"), web_address, at_most(500))
    languages = Spoken(_l("Languages spoken"), [at_most(200)])
    topics = fields.topic_list(_l("Topics"))
    registration = line(_l("Registration"), web_address, at_most(500))
    cancelled = BooleanField(_l("Called off"))
    outcome = TextAreaField(_l("What came of it"), [at_most(5000)])
    links = fields.Rows(FormField(fields.LinkRow), _l("Documents elsewhere"), max_entries=fields.MOST_ROWS)
    source = line(_l("Source"), at_most(500))

    @classmethod
    def of(cls, content, **more):
        """Filled in from an event's text."""
        form = (
            cls(formdata=None, data={**as_typed(content), **more}) if content or more else cls(formdata=None)
        )
        return form.offering(content)

    @classmethod
    def sent(cls, content):
        """As it was sent, about an event whose text was this."""
        return cls().offering(content)

    def offering(self, content):
        fields.keeping(self.city, fields.city_choices(), content.get("city"))
        fields.keeping(self.partner, fields.partner_choices(), content.get("partner"))
        return self

    def validate_start_time(self, field):
        if field.data and not times.exists(*self.beginning):
            raise ValidationError(_("There is no such time on that day: the clocks are put forward."))

    def validate_end_time(self, field):
        if field.data and not self.start_time.data:
            raise ValidationError(_("Say when it begins, too."))
        day = self.read_day(self.end_day) or self.beginning[0]
        if field.data and not times.exists(day, field.data, self.zone_name):
            raise ValidationError(_("There is no such time on that day: the clocks are put forward."))

    def validate_end_day(self, field):
        if field.data and self.start_day.data and field.data < self.start_day.data:
            raise ValidationError(_("The last day lies before the first."))

    def validate(self, extra_validators=None):
        if not super().validate(extra_validators):
            return False
        if self.is_double and not self.fold.data:
            self.fold.errors = [_("In that night the clocks show this time twice. Choose which is meant.")]
            return False
        when = times.of_content(self.content)
        if when.ends_at and when.ends_at < when.starts_at:
            self.end_time.errors = [_("It ends before it begins. Is the last day another one?")]
            return False
        if not (self.place.data or self.link.data or self.city.data):
            self.place.errors = [_("Say where: a place, a host city, or a link.")]
            return False
        return True

    @property
    def zone_name(self):
        return times.find_zone(self.zone.data) or "UTC"

    @property
    def beginning(self):
        return self.read_day(self.start_day) or date.today(), self.start_time.data, self.zone_name

    def read_day(self, field):
        """The day of a field that has passed its checks: no clock shows moments before or after all time."""
        return None if field.errors else field.data

    @property
    def is_double(self):
        """Whether the clocks there show its begin twice."""
        return bool(self.start_day.data and self.start_time.data) and times.is_double(*self.beginning)

    @property
    def content(self):
        return {
            **{
                name: self[name].data or ""
                for name in (
                    *("title", "language", "summary", "zone", "city", "partner", "place", "link"),
                    *("registration", "outcome", "source"),
                )
            },
            "start_day": self.start_day.iso,
            "start_time": self.start_time.iso,
            "end_day": self.end_day.iso if self.end_day.data != self.start_day.data else "",
            "end_time": self.end_time.iso,
            "fold": int(self.fold.data or 0) if self.is_double else 0,
            "languages": list(self.languages.codes),
            "links": fields.filled(self.links),
            "topics": self.chosen_topics(),
            "cancelled": bool(self.cancelled.data),
        }


def as_typed(content):
    """The answers of an event as its form holds them."""
    if not content:
        return {}
    when = times.of_content(content)
    return {
        **content,
        "start_day": when.day,
        "start_time": when.clock,
        "end_day": when.last_day,
        "end_time": when.last_clock,
        "fold": str(content["fold"]),
        "languages": fields.language_words(content["languages"]),
    }


class DocumentForm(Form):
    base = fields.HiddenField()
    name = line(
        _l("What it is"), needed(_l("Say what it is, as “Minutes” or “Slides of the mayor”.")), at_most(120)
    )
    file = FileField(_l("File"))


class NewsForm(TextForm):
    title = line(_l("Title"), needed(_l("Give it a title.")), at_most(120))
    language = fields.text_language(_l("Written in"))
    day = Day(_l("Day"), [needed(_l("Choose a day.")), in_our_time])
    text = TextAreaField(_l("Text"), [needed(_l("Write the text.")), at_most(8000)])
    city = SelectField(_l("City"), [Optional()], choices=[])
    partner = SelectField(_l("Partner"), [Optional()], choices=[])
    topics = fields.topic_list(_l("Topics"))
    source = line(_l("Source"), at_most(500))

    @classmethod
    def of(cls, content, **more):
        typed = (
            {**content, "day": date.fromisoformat(content["day"])} if content else {"language": language()}
        )
        return cls(formdata=None, data={**typed, **more}).offering(content)

    @classmethod
    def sent(cls, content):
        return cls().offering(content)

    def offering(self, content):
        fields.keeping(self.city, fields.city_choices(), content.get("city"))
        fields.keeping(self.partner, fields.partner_choices(), content.get("partner"))
        return self

    @property
    def content(self):
        names = ("title", "language", "text", "city", "partner", "source")
        return {
            **{name: self[name].data or "" for name in names},
            "day": self.day.iso,
            "topics": self.chosen_topics(),
        }
