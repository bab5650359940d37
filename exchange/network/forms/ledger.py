"""Forms of the ledger: what a city records of a practice, and what the city of origin says of it."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form as PlainForm
from wtforms import FormField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from exchange.core import i18n
from exchange.core.forms import Form, at_most, needed, one_line, partial_date, web_address
from exchange.network.forms import fields
from exchange.network.forms.talk import languages_of
from exchange.network.models.ledger import IN_USE, STAGES, TREATMENTS
from exchange.practices import money

STAGE_NAMES = dict(
    zip(
        STAGES,
        (_l("Considering"), _l("Adapting"), _l("Piloting"), _l("Running"), _l("Stopped")),
        strict=True,
    )
)
TREATMENT_NAMES = dict(zip(TREATMENTS, (_l("Kept"), _l("Changed"), _l("Dropped")), strict=True))
MOST_COMPONENTS, MOST_SOURCES = 20, 10
BLANK = 2  # empty rows to fill in


class Component(PlainForm):
    name = StringField(_l("Part"), [at_most(200)], filters=[one_line])
    what = SelectField(
        _l("What became of it"),
        choices=[SelectChoice("", "–"), *(SelectChoice(*one) for one in TREATMENT_NAMES.items())],
        validate_choice=False,
    )
    why = StringField(_l("Why"), [at_most(600)], filters=[one_line])

    def validate_what(self, field):
        if field.data and field.data not in TREATMENTS:
            raise ValidationError(_("Choose one."))
        if not field.data and self.why.data:
            raise ValidationError(_("Say whether it was kept, changed or dropped."))


class Source(PlainForm):
    name = StringField(_l("Title"), [at_most(200)], filters=[one_line])
    address = StringField(_l("Address"), [at_most(500), web_address], filters=[one_line])


class TransferForm(Form):
    base = HiddenField()
    city = SelectField(_l("City"))
    stage = RadioField(
        _l("How far it is"),
        [InputRequired(_l("Say how far it is."))],
        choices=[SelectChoice(*one) for one in STAGE_NAMES.items()],
    )
    since = StringField(_l("At this stage since"), [partial_date], filters=[one_line])
    start = StringField(_l("First used in"), [partial_date], filters=[one_line])
    components = fields.Rows(FormField(Component), max_entries=MOST_COMPONENTS)
    amount = StringField(_l("Cost so far"), [at_most(30)], filters=[one_line])
    currency = StringField(_l("Currency, like EUR"), [at_most(3)], filters=[one_line])
    price_year = StringField(_l("Prices of year"), [at_most(4)], filters=[one_line])
    result = TextAreaField(_l("What came of it"), [at_most(3000)])
    stopped_because = TextAreaField(_l("Why it was stopped"), [at_most(2000)])
    sources = fields.Rows(FormField(Source), max_entries=MOST_SOURCES)
    language = SelectField(_l("Written in"))

    def offer(self, cities, names):
        """Offer these cities and their languages, a row for each of these parts, and some empty ones."""
        self.city.choices = [SelectChoice(city.slug, city.label(i18n.language())) for city in cities]
        self.language.choices = [SelectChoice(*one) for one in languages_of(cities)]
        if not self.is_submitted():
            told = {row.form.name.data for row in self.components}
            for name in [name for name in names if name not in told] + [""] * BLANK:
                add_row(self.components, MOST_COMPONENTS, {"name": name})
            for _number in range(BLANK):
                add_row(self.sources, MOST_SOURCES, {})
        return self

    def validate_stopped_because(self, field):
        if self.stage.data == "stopped" and not field.data:
            raise ValidationError(_("Say why: what did not work is what others learn from."))

    def validate_amount(self, field):
        if field.data and money.amount_of({"amount": field.data}) is None:
            raise ValidationError(_("Write a figure, like 1200000."))

    def validate_currency(self, field):
        field.data = (field.data or "").upper()
        if self.amount.data and not (len(field.data) == 3 and field.data.isascii() and field.data.isalpha()):
            raise ValidationError(_("Write three letters, like EUR."))

    def validate_price_year(self, field):
        is_year = (field.data or "").isascii() and (field.data or "").isdecimal() and len(field.data) == 4
        if self.amount.data and not is_year:
            raise ValidationError(_("Write a year, like 2019."))

    def told(self):
        """What `recording.record` takes."""
        stage = self.stage.data
        cost = {
            "amount": self.amount.data,
            "currency": self.currency.data,
            "price_year": self.price_year.data,
        }
        start = self.start.data or (self.since.data if stage in IN_USE else "")
        return {
            "stage": stage,
            "start": start or None,
            "components": rows_of(self.components, "what"),
            "cost": cost if self.amount.data else {},
            "result": self.result.data or "",
            "stopped_because": (self.stopped_because.data or "") if stage == "stopped" else "",
            "sources": rows_of(self.sources, "address"),
            "language": self.language.data,
        }


def add_row(rows, most, data):
    if len(rows) < most:
        rows.append_entry(data)


def rows_of(rows, needed):
    """The rows that say something, without their empty parts."""
    told = ({name: value for name, value in row.form.data.items() if value} for row in rows)
    return [row for row in told if row.get(needed)]


def filled_with(transfer):
    """What a TransferForm shows of a record."""
    since = (transfer.stages[-1].since or "") if transfer.stages else ""
    plain = ("stage", "start", "result", "stopped_because", "language", "components", "sources")
    return {
        **{name: getattr(transfer, name) for name in plain},
        **transfer.cost,
        "base": transfer.fingerprint,
        "city": transfer.city.slug,
        "since": since,
    }


class WordForm(Form):
    """What the city of origin says of a record."""

    base = HiddenField()
    word = RadioField(
        _l("What does your city say of it?"),
        [InputRequired(_l("Choose one."))],
        choices=[
            SelectChoice("confirmed", _l("We confirm it")),
            SelectChoice("disputed", _l("We dispute it")),
        ],
    )
    reason = TextAreaField(_l("In your own words"), [at_most(1000)])

    def validate_reason(self, field):
        if self.word.data == "disputed" and not field.data:
            raise ValidationError(_("Say what you dispute."))


class TakeBackForm(Form):
    """Why a record goes that should never have stood."""

    reason = StringField(
        _l("Why was it a mistake?"), [needed(_l("Give a reason.")), at_most(500)], filters=[one_line]
    )
