"""Forms of people: one's profile, a message."""

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from exchange.config import LANGUAGES
from exchange.core import i18n
from exchange.core.forms import Form, at_most, needed, one_line, plain_words
from exchange.network.forms.talk import QUESTION_NAMES, WithTopics, options
from exchange.network.models.talk import QUESTION_KINDS

ABOUT, MESSAGE = 600, 3000
SPOKEN = (*LANGUAGES, "ar", "id", "it", "ja", "ko", "hi", "nl", "pt", "ru", "sw", "tr", "zh")


def ticks(label, **more):
    return SelectMultipleField(label, option_widget=CheckboxInput(), widget=ListWidget(), **more)


def language_name(code):
    return get_locale().languages.get(code, code)


class ProfileForm(WithTopics, Form):
    does = StringField(
        _l("What you do"),
        [needed(_l("Say in one line what you do.")), at_most(120), plain_words],
        filters=[one_line],
    )
    city = SelectField(_l("City"), [Optional()])
    about = TextAreaField(_l("A few sentences"), [at_most(ABOUT)])
    language = SelectField(_l("Written in"), default=i18n.language)
    languages = ticks(_l("Languages you speak"))
    helps = ticks(
        _l("Help you offer"),
        choices=options((kind, QUESTION_NAMES[kind]) for kind in QUESTION_KINDS),
    )
    takes_messages = BooleanField(_l("People may write to me through this site"), default=True)

    def offer(self, user):
        """Offer this person's cities, and the languages of the site and of those; returns the form."""
        own = [(city.slug, city.label(i18n.language())) for city in user.cities]
        self.city.choices = options([("", _l("None")), *own])
        codes = dict.fromkeys([*SPOKEN, *(code for city in user.cities for code in city.languages)])
        named = sorted(((code, language_name(code)) for code in codes), key=lambda pair: pair[1].casefold())
        self.languages.choices = options(named)
        self.language.choices = options((code, language_name(code)) for code in LANGUAGES)
        return self.offer_topics()

    def validate_languages(self, field):
        if not field.data:
            raise ValidationError(_l("Tick at least one language."))

    def fill(self, profile):
        """With what a profile says now; returns the form."""
        for name in ("does", "about", "language", "languages", "helps", "takes_messages"):
            self[name].data = getattr(profile, name)
        self.city.data = profile.city.slug if profile.city else ""
        self.fill_topics(profile.topics)
        return self

    def words(self, user):
        """As `profiles.tell` takes them."""
        city = next((city for city in user.cities if city.slug == self.city.data), None)
        return {
            "does": self.does.data,
            "about": self.about.data or "",
            "language": self.language.data,
            "city_id": city.id if city else None,
            "topics": self.topics,
            "languages": self.languages.data,
            "helps": self.helps.data or [],
            "takes_messages": self.takes_messages.data,
        }


class MessageForm(Form):
    text = TextAreaField(_l("Your message"), [needed(_l("Write something first.")), at_most(MESSAGE)])
    gives_address = BooleanField(_l("Let them answer straight to my mail address"))
