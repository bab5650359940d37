"""Forms of the vocabulary: a synonym, names, a merge, a proposal and the answer to it."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from exchange.config import LANGUAGES
from exchange.core.forms import Form
from exchange.moderation.forms.kinds import language_choices, topic_choices
from exchange.practices import service as practices
from exchange.taxonomy import service as taxonomy
from exchange.taxonomy.models import ROOTS

LONGEST_WHY = 1000


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


class NamesForm(Form):
    """The names of a topic or tag by language; `names` are the bound fields. Its address stays."""

    base = HiddenField()  # the names that were shown

    @classmethod
    def of(cls, word, facet, **more):
        """The form for a word: tags have a name of no language first, topics none."""
        codes = [*([""] if facet == "tag" else []), *LANGUAGES]

        class Bound(cls):
            pass

        for code in codes:
            label = _l("Name") if code == "" else LANGUAGES[code]
            check = Length(max=taxonomy.LONGEST_SYNONYM, message=_l("At most %(max)d characters."))
            setattr(Bound, f"name_{code or 'any'}", StringField(label, [check]))
        texts = {f"name_{code or 'any'}": text for code, text in word.texts.items()}
        form = Bound(data={**texts, "base": practices.fingerprint(word.texts)}, **more)
        form.word, form.codes = word, codes
        return form

    @property
    def names(self):
        return [self[f"name_{code or 'any'}"] for code in self.codes]

    @property
    def texts(self):
        """Language → what was typed, and names in languages that the form does not ask for."""
        kept = {code: text for code, text in self.word.texts.items() if code not in self.codes}
        return kept | dict(zip(self.codes, (field.data or "" for field in self.names), strict=True))


class TopicMergeForm(Form):
    into = SelectField(_l("Into"))
    sure = BooleanField(
        _l("Yes, for good: the old address leads to the new topic"),
        [DataRequired(message=_l("Tick this box: a merge is not taken back."))],
    )

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.into.choices = [SelectChoice("", _l("Choose")), *topic_choices()]

    def validate_into(self, field):
        if not field.data:
            raise ValidationError(_("Choose what it becomes."))

    @property
    def target(self):
        return self.into.data


class TagMergeForm(Form):
    into = StringField(_l("Into the tag"), [DataRequired(message=_l("Write the tag that it becomes."))])
    sure = BooleanField(
        _l("Yes, for good: the old tag leads to the new one"),
        [DataRequired(message=_l("Tick this box: a merge is not taken back."))],
    )

    @property
    def target(self):
        return taxonomy.tag_slug(self.into.data or "")


class ProposalForm(Form):
    """What an official misses. `about`: the topic that it belongs under, or that it stands for."""

    kind = RadioField(
        _l("What is missing?"),
        choices=[
            SelectChoice("topic", _l("A topic")),
            SelectChoice("tag", _l("A tag")),
            SelectChoice("synonym", _l("Another word by which a topic should be found")),
        ],
        validators=[DataRequired(message=_l("Choose one."))],
    )
    text = StringField(
        _l("The word"),
        [
            DataRequired(message=_l("Write the word first.")),
            Length(max=taxonomy.LONGEST_SYNONYM, message=_l("At most %(max)d characters.")),
        ],
    )
    language = SelectField(_l("Its language"))
    about = SelectField(_l("Topic that it belongs to"))
    why = TextAreaField(
        _l("Why is it needed?"),
        [
            DataRequired(message=_l("Say in a sentence which cases need it.")),
            Length(max=LONGEST_WHY, message=_l("At most %(max)d characters.")),
        ],
    )

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.language.choices = language_choices()
        self.about.choices = [SelectChoice("", _l("none")), *topic_choices()]

    def validate_about(self, field):
        if self.kind.data == "topic" and field.data not in ROOTS:
            raise ValidationError(_("Choose one of the three at the top: “… in general”."))
        if self.kind.data == "synonym" and not field.data:
            raise ValidationError(_("Choose the topic that the word stands for."))


class ProposalDecisionForm(Form):
    text = StringField(
        _l("As it will stand"),
        [Length(max=taxonomy.LONGEST_SYNONYM, message=_l("At most %(max)d characters."))],
    )
    reason = TextAreaField(
        _l("Your reason, for whoever proposed it"),
        [
            DataRequired(message=_l("Give a reason: whoever proposed it reads it.")),
            Length(max=LONGEST_WHY, message=_l("At most %(max)d characters.")),
        ],
    )
    decision = SelectField(choices=[SelectChoice("take"), SelectChoice("decline")])
