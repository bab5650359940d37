"""Forms of a position and of a city's signature."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, TextAreaField

from exchange.core.forms import Form, at_most, needed, partial_date
from exchange.core.i18n import language
from exchange.network.forms import fields
from exchange.network.forms.fields import TextForm, line


class PositionForm(TextForm):
    title = line(_l("Title"), needed(_l("Give it a title.")), at_most(160))
    language = fields.text_language(_l("Written in"))
    day = line(_l("Date"), needed(_l("Write a date, or the year at least.")), partial_date)
    addressee = line(_l("To whom"), needed(_l("Say to whom it is addressed.")), at_most(200))
    text = TextAreaField(_l("Text"), [needed(_l("Write the text.")), at_most(10_000)])
    outcome = TextAreaField(_l("What came of it"), [at_most(5000)])
    others = line(_l("Who else signed"), at_most(500))
    topics = fields.topic_list(_l("Topics"))
    source = line(_l("Source"), at_most(500))

    @classmethod
    def of(cls, content, **more):
        return cls(formdata=None, data={**(content or {"language": language()}), **more})

    @property
    def content(self):
        names = ("title", "language", "day", "addressee", "text", "others", "outcome", "source")
        return {**{name: self[name].data or "" for name in names}, "topics": self.chosen_topics()}


class SignForm(Form):
    """For which city; `seen` is the hash of the words that the signer read."""

    city = SelectField(_l("City"), choices=[])
    seen = HiddenField()
