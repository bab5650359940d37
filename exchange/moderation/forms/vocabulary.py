"""The form by which a word becomes a synonym."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from exchange.core.forms import Form
from exchange.moderation.forms.kinds import language_choices
from exchange.taxonomy import service as taxonomy


class SynonymForm(Form):
    text = StringField(
        _l("Another word"),
        [
            DataRequired(message=_l("Write the word first.")),
            Length(max=taxonomy.LONGEST_SYNONYM, message=_l("At most %(max)d characters.")),
        ],
    )
    language = SelectField(_l("Language"))
    means_both = BooleanField(_l("Readers who ask for it mean both"))
    offers_both = False  # whether to ask that, once the word turned out to have another meaning

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.language.choices = [SelectChoice("", _l("any language")), *language_choices()]
