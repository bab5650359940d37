"""Forms of talk: a challenge, an answer, a comment, a support question; what moderators do about them."""

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from exchange.config import LANGUAGES
from exchange.core import i18n
from exchange.core.forms import Form, at_most, needed, one_line, partial_date
from exchange.network.models.talk import QUESTION_KINDS
from exchange.taxonomy import service as taxonomy

LONGEST = 5000
QUESTION_NAMES = {
    "policy": _l("Policy: rules, plans, powers"),
    "technical": _l("Technical: how it is built and run"),
    "financial": _l("Financial: what it costs and who pays"),
}
ANSWER_NAMES = {
    "practice": _l("A practice"),
    "advice": _l("Advice"),
    "talk": _l("An offer to talk"),
}
WHY_NAMES = {
    "advertising": _l("It advertises"),
    "insult": _l("It insults or threatens"),
    "personal-data": _l("It tells personal data"),
    "rights": _l("It uses what belongs to others"),
    "wrong": _l("It says what is not true"),
    "other": _l("Something else"),
}


def options(pairs):
    """(value, label) as WTForms takes them."""
    return [SelectChoice(value, label) for value, label in pairs]


class ForACity:
    """A form written for one of the cities that somebody works for."""

    def offer(self, cities):
        """Offer these cities and languages; returns the form."""
        self.city.choices = options((city.slug, city.label(i18n.language())) for city in cities)
        self.language.choices = options(languages_of(cities))
        if len(cities) == 1:
            self.city.data = cities[0].slug
        return self

    def chosen_city(self, cities):
        return next((city for city in cities if city.slug == self.city.data), None)


class WithTopics:
    """Up to three topics, the weightiest first."""

    topic_1 = SelectField(_l("Topic"), [needed(_l("Choose a topic."))])
    topic_2 = SelectField(_l("Second topic"), [Optional()])
    topic_3 = SelectField(_l("Third topic"), [Optional()])

    @property
    def topic_fields(self):
        return self.topic_1, self.topic_2, self.topic_3

    def offer_topics(self):
        for field in self.topic_fields:
            field.choices = options(topic_choices())
        return self

    @property
    def topics(self):
        return list(dict.fromkeys(field.data for field in self.topic_fields if field.data))

    def fill_topics(self, slugs):
        for field, slug in zip(self.topic_fields, slugs, strict=False):
            field.data = slug


def topic_choices():
    """Every topic on offer, those of the second level set in beneath theirs."""
    language, tree = i18n.language(), taxonomy.topics()
    offered = [topic for topic in tree.values() if topic.is_offered]
    choices = [("", "–")]
    for top in (topic for topic in offered if topic.parent_id is None):
        choices.append((top.slug, top.label(language)))
        choices += [(one.slug, f"\u2003{one.label(language)}") for one in offered if one.parent_id == top.id]
    return choices


def languages_of(cities):
    """The languages of the site, and those that these cities speak."""
    codes = [*LANGUAGES, *(code for city in cities for code in city.languages)]
    names = get_locale().languages
    return [(code, names.get(code, code)) for code in dict.fromkeys(codes)]


class ChallengeForm(ForACity, WithTopics, Form):
    base = HiddenField()
    city = SelectField(_l("Which city asks?"), [needed(_l("Choose your city."))])
    asked_by = StringField(_l("Department"), [at_most(120)], filters=[one_line])
    title = StringField(
        _l("What do you want to solve?"),
        [needed(_l("Say in one line what you want to solve.")), at_most(120)],
        filters=[one_line],
    )
    text = TextAreaField(_l("The problem"), [needed(_l("Describe the problem.")), at_most(LONGEST)])
    constraints = TextAreaField(_l("What cannot be changed"), [at_most(2000)])
    by_when = StringField(_l("Needed by"), [partial_date], filters=[one_line])
    language = SelectField(_l("Written in"), default=i18n.language)

    @property
    def words(self):
        """As `challenges.pose` takes them."""
        return {
            "asked_by": self.asked_by.data or "",
            "title": self.title.data,
            "text": self.text.data,
            "constraints": self.constraints.data or "",
            "topics": self.topics,
            "by_when": self.by_when.data or None,
            "language": self.language.data,
        }


class AnswerForm(ForACity, Form):
    city = SelectField(_l("Answer for"), [needed(_l("Choose your city."))])
    kind = RadioField(
        _l("What do you bring?"), [InputRequired(_l("Choose one."))], choices=options(ANSWER_NAMES.items())
    )
    practice = StringField(_l("Which practice"), [at_most(300)], filters=[one_line])
    text = TextAreaField(
        _l("Your answer"), [needed(_l("Write at least a sentence: why this may help.")), at_most(LONGEST)]
    )
    language = SelectField(_l("Written in"), default=i18n.language)

    def validate_practice(self, field):
        if self.kind.data == "practice" and not field.data:
            raise ValidationError(_l("Give the address or the code of the practice."))


class CommentForm(Form):
    text = TextAreaField(_l("Your comment"), [needed(_l("Write something first.")), at_most(2000)])


class OutcomeForm(Form):
    outcome = TextAreaField(
        _l("What came of it"), [needed(_l("Say what came of it, even if nothing did.")), at_most(3000)]
    )


class QuestionForm(ForACity, WithTopics, Form):
    city = SelectField(_l("Which city asks?"), [needed(_l("Choose your city."))])
    kind = RadioField(
        _l("What kind of question is it?"),
        [InputRequired(_l("Choose one."))],
        choices=options((kind, QUESTION_NAMES[kind]) for kind in QUESTION_KINDS),
    )
    title = StringField(
        _l("Your question in one line"),
        [needed(_l("Ask in one line.")), at_most(160)],
        filters=[one_line],
    )
    text = TextAreaField(
        _l("What those who answer should know"), [needed(_l("Tell a little more.")), at_most(LONGEST)]
    )
    practice = StringField(_l("About a practice"), [at_most(300)], filters=[one_line])
    agrees = BooleanField(_l("Question and answers may become public"))
    language = SelectField(_l("Written in"), default=i18n.language)


class ReplyForm(Form):
    text = TextAreaField(_l("Your reply"), [needed(_l("Write something first.")), at_most(LONGEST)])
    agrees = BooleanField(_l("This reply may become public"))


class HelpForm(Form):
    most_open = IntegerField(
        _l("Open questions at a time"),
        [
            InputRequired(_l("Write a number from 0 to 50.")),
            NumberRange(0, 50, _l("Write a number from 0 to 50.")),
        ],
    )


class ForwardForm(Form):
    """A coordinator puts a question to one more city."""

    city = SelectField(_l("Ask this city, too"), [needed(_l("Choose a city."))])


class ReportForm(Form):
    why = RadioField(
        _l("What is wrong?"), [InputRequired(_l("Choose one."))], choices=options(WHY_NAMES.items())
    )
    words = TextAreaField(_l("Anything that helps to judge"), [Optional(), at_most(1000)])


class ReasonForm(Form):
    reason = TextAreaField(_l("Reason"), [needed(_l("Give a reason.")), at_most(2000)])


class AppealForm(Form):
    words = TextAreaField(
        _l("Why it should be shown again"), [needed(_l("Say why it should be shown again.")), at_most(2000)]
    )
