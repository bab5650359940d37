"""Forms around those who are asked by a link: the authors' own, and those that need no account."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from exchange.accounts import service as accounts
from exchange.config import LANGUAGES
from exchange.core import i18n
from exchange.core.forms import Form, at_most, needed, one_line, own_mail_address, plain_words
from exchange.moderation.asked_models import CLEARING_ROLES, FRESH_ANSWERS
from exchange.moderation.forms.desk import options
from exchange.moderation.service.links.telling import LONGEST_REPLY
from exchange.practices import schema
from exchange.practices.models import TELLERS
from exchange.practices.shown import TOLD_BY

LONGEST_NAME = 120
LONGEST_WORDS = 3000
ROLE_LABELS = dict(
    zip(
        CLEARING_ROLES,
        (_l("Department"), _l("Press office"), _l("Mayor’s office"), _l("Somebody else")),
        strict=True,
    )
)
FRESH_LABELS = dict(
    zip(
        FRESH_ANSWERS,
        (
            _l("It still runs as told"),
            _l("It has changed"),
            _l("It has ended"),
            _l("There is a new contact"),
            _l("Somebody else takes care of it now"),
        ),
        strict=True,
    )
)
CITY_LABELS = {"confirmed": _l("We confirm what is told"), "disputed": _l("We dispute it")}


class PersonForm(Form):
    """Somebody who is to get a letter with a link."""

    name = StringField(
        _l("Name"), [needed(_l("Give a name.")), at_most(LONGEST_NAME), plain_words], filters=[one_line]
    )
    address = StringField(_l("Mail address"), [needed(_l("Give a mail address.")), own_mail_address])
    language = SelectField(_l("Language of the letter"), choices=options(LANGUAGES))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, data={"language": i18n.language(), **kwargs.pop("data", {})}, **kwargs)

    @property
    def mailbox(self):
        return accounts.normal(self.address.data)


class ClearanceForm(PersonForm):
    role = SelectField(_l("For whom they clear it"), choices=options(ROLE_LABELS))

    @property
    def person(self):
        return self.name.data, self.mailbox, self.role.data, self.language.data


class WaiverForm(Form):
    reason = TextAreaField(
        _l("Why it goes public without being cleared"), [needed(_l("Give a reason.")), at_most(LONGEST_WORDS)]
    )


class ColleagueForm(PersonForm):
    """`fields` offers what is told in the draft and what is still open; its choices are set by the view."""

    fields = SelectMultipleField(
        _l("Which fields"),
        [needed(_l("Choose at least one field."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    question = TextAreaField(_l("What you want to know"), [at_most(LONGEST_WORDS)])


class TellerForm(Form):
    told_by = RadioField(_l("Who tells this case"), choices=options(TOLD_BY))

    def offer(self, user):
        """Only coordinators tell for the secretariat."""
        offered = [one for one in TELLERS if one != "secretariat" or user.is_coordinator]
        self.told_by.choices = options({one: TOLD_BY[one] for one in offered})
        return self


class ReplyForm(Form):
    words = TextAreaField(
        _l("The city’s reply"), [needed(_l("Write the reply first.")), at_most(LONGEST_REPLY)]
    )


# Without an account. The address of the page is the secret that a form's token would be: whoever could
# make another's browser send these forms would have to know it, and could send them without.


class LinkForm(Form):
    class Meta:
        csrf = False


class DecisionByLinkForm(LinkForm):
    """Clear the text, or object: the words for each field are read by the view."""

    seen_hash = HiddenField()
    verdict = HiddenField()

    def validate_verdict(self, field):
        if field.data not in ("cleared", "objected"):
            raise ValidationError(_l("Choose what to decide."))


class AnswersForm(LinkForm):
    """One pair of texts for each field that was sent; made by `answers_form`."""

    base = HiddenField()

    def answers(self):
        """Field → what it should say, of those in which words can be proposed."""
        return {name: self[f"new_{name}"].data for name in self.names if f"new_{name}" in self}

    def remarks(self):
        return {name: self[f"remark_{name}"].data for name in self.names}


def answers_form(asked, told, in_words, **more):
    """The form of a colleague: the fields' texts to change where they are words, and room for remarks."""
    questions = {}
    for name in asked.fields:
        one = schema.FIELDS[name]
        if one.kind in in_words:
            kind, filters = (StringField, [one_line]) if one.kind == "line" else (TextAreaField, [])
            checks = [at_most(one.limit)] if one.limit else []
            questions[f"new_{name}"] = kind(_l("How it should read"), checks, filters=filters)
        questions[f"remark_{name}"] = TextAreaField(_l("Your remark"), [at_most(LONGEST_WORDS)])
    made = type("AnswersForm", (AnswersForm,), {"names": tuple(asked.fields), **questions})
    return made(data={f"new_{name}": text for name, text in told.items()}, **more)


class CityWordForm(LinkForm):
    word = RadioField(_l("What your city says"), [needed(_l("Choose one."))], choices=options(CITY_LABELS))
    reason = TextAreaField(_l("Why, for everyone to read"), [at_most(LONGEST_WORDS)])

    def validate_reason(self, field):
        if self.word.data == "disputed" and not field.data:
            raise ValidationError(_l("Say why."))


class CityReplyForm(LinkForm):
    words = TextAreaField(
        _l("The city’s reply"), [needed(_l("Write the reply first.")), at_most(LONGEST_REPLY)]
    )


class FreshnessForm(LinkForm):
    answer = RadioField(_l("Does it still hold?"), [needed(_l("Choose one."))], choices=options(FRESH_LABELS))
    words = TextAreaField(_l("In a few words"), [at_most(LONGEST_WORDS)])
    name = StringField(
        _l("Name of the new contact"), [at_most(LONGEST_NAME), plain_words], filters=[one_line]
    )
    address = StringField(_l("Their mail address"), [own_mail_address])

    def validate_name(self, field):
        self.asks_for_another(field, _l("Give a name."))

    def validate_address(self, field):
        self.asks_for_another(field, _l("Give a mail address."))

    def asks_for_another(self, field, message):
        if self.answer.data in ("contact", "handed-over") and not field.data:
            raise ValidationError(message)
