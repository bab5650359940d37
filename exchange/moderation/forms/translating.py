"""The form of a translation: a field beside each text of the original, a tick where a person must look."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import ValidationError

from exchange.core.forms import Form, at_most, one_line
from exchange.moderation.forms import kinds
from exchange.moderation.forms.desk import needed, short_enough
from exchange.practices import schema, translating

LONGER = 1.6  # times as many characters as the original may have
VERDICTS = ("approve", "request_changes", "reject")


class TranslationForm(Form):
    """Made by `translation_form`: a text field and a tick for each unit.

    `base` says on top of which texts it was filled in, `source` which revision stood beside it.
    """

    units, matches = (), {}
    base = HiddenField()
    source = HiddenField()

    def rows(self, some):
        """(unit, field, tick or None, Match or None) of the units for which `some` is true."""
        for unit in self.units:
            if some(unit):
                match = self.matches.get(unit.key)
                doubtful = match and (match.is_stale or match.entry["how"] == translating.MACHINE)
                yield unit, self[text_name(unit)], self[sure_name(unit)] if doubtful else None, match

    @property
    def told(self):
        """Key → text as typed, of the fields that were sent and are well-formed."""
        fields = ((unit.key, self[text_name(unit)]) for unit in self.units)
        return {key: field.data or "" for key, field in fields if field.raw_data and not field.errors}

    @property
    def sure(self):
        return {unit.key for unit in self.units if self[sure_name(unit)].data}

    def problems(self):
        """[(id of the field, name of the question, message)]"""
        fields = ((unit, self[text_name(unit)]) for unit in self.units)
        return [(field.id, str(unit.asked.label), str(one)) for unit, field in fields for one in field.errors]


def text_name(unit):
    return f"text-{unit.key}"


def sure_name(unit):
    return f"sure-{unit.key}"


def translation_form(translation, source, **more):
    """The form as the request sent it or, with formdata=None, as the translation stands."""
    units = translating.units(source)
    matches = translating.matches(units, translation.texts)
    fields = {"units": units, "matches": matches}
    for unit in units:
        fields[text_name(unit)] = text_field(unit)
        fields[sure_name(unit)] = BooleanField(_l("I have read it beside the original as it is now"))
    data = {text_name(unit): matches[unit.key].entry["text"] for unit in units if unit.key in matches}
    data |= {"base": translating.base_of(translation), "source": str(source.id)}
    return type("ThisTranslationForm", (TranslationForm,), fields)(data=data, **more)


def text_field(unit):
    limit = at_most(int(unit.asked.limit * LONGER)) if unit.asked.limit else None
    kind, filters = (StringField, [one_line]) if unit.asked.kind == "line" else (TextAreaField, [])
    return kind(unit.asked.label, [limit] if limit else [], filters=filters)


class TranslationDecisionForm(Form):
    seen_hash = HiddenField()
    verdict = HiddenField()
    reason = TextAreaField(_l("To the translators"), [short_enough()])

    def validate_verdict(self, field):
        if field.data not in VERDICTS:
            raise ValidationError(_("Choose what to decide."))

    def validate_reason(self, field):
        if self.verdict.data in ("request_changes", "reject") and not field.data:
            raise ValidationError(_("Give a reason."))


class ReadingForm(Form):
    """The languages in which a moderator can judge a text, by their names."""

    reads = kinds.ask(schema.Field("reads", "languages", _l("Languages I read")))


class MergerForm(Form):
    into = StringField(
        _l("The case that stays: its address, or the six characters of its name"),
        [needed(_l("Name the case that stays.")), short_enough(300)],
    )
    reason = TextAreaField(_l("Reason"), [needed(_l("Give a reason.")), short_enough()])
