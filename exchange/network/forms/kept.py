"""Forms of what people keep: a collection, a note beside one of its cases."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField, TextAreaField

from exchange.core import i18n
from exchange.core.forms import Form, at_most, needed, one_line
from exchange.network.forms.talk import languages_of, options

LONGEST_NOTE = 1000


class CollectionForm(Form):
    title = StringField(_l("Title"), [needed(_l("Give it a title.")), at_most(120)], filters=[one_line])
    introduction = TextAreaField(_l("Introduction"), [at_most(3000)])
    language = SelectField(_l("Written in"), default=i18n.language)
    city = SelectField(_l("Who works on it"))
    base = HiddenField()

    def offer(self, cities):
        """Offer the languages, and the cities with whose people it may be shared; returns the form."""
        self.language.choices = options(languages_of(cities))
        shared = [
            (str(city.id), _l("I and the people of %(city)s", city=city.label(i18n.language())))
            for city in cities
        ]
        self.city.choices = options([("", _l("I alone")), *shared])
        return self

    @property
    def words(self):
        """As `collections.make` takes them."""
        return {
            "title": self.title.data,
            "introduction": self.introduction.data or "",
            "language": self.language.data,
            "city_id": int(self.city.data) if self.city.data else None,
        }


class NoteForm(Form):
    note = TextAreaField(_l("Why it is here"), [at_most(LONGEST_NOTE)])
