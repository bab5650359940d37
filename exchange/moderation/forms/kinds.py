"""How each kind of question is asked and its answer read: one WTForms field per `kind` of the schema.

A bound field made here has `answer()`, what is stored, and `problems()`, what is to be put right.
"""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.fields import SelectChoice

from exchange.accounts import service as accounts
from exchange.core import i18n
from exchange.core.forms import Form, mail_address, partial_date, web_address
from exchange.core.markup import SPACES
from exchange.moderation.forms import references
from exchange.moderation.forms.checks import (
    DOUBTFUL,
    at_most,
    few,
    is_currency,
    is_number,
    is_paper,
    is_practice,
    is_year,
    known_languages,
    short_names,
    short_tags,
)
from exchange.moderation.forms.languages import language_choices, language_code, language_name
from exchange.moderation.forms.rules import RULES, complain, has_key  # noqa: F401 – views complain, too
from exchange.taxonomy import service as taxonomy

LONGEST = {
    "address": 2000,
    "paper": 2000,
    "practice": 2000,
    "mail": 254,
    "date": 10,
    "year": 4,
    "number": 24,
    "currency": 3,
    "languages": 300,
    "tags": 700,
    "cities": 500,
}


# What every question can say


class Question:
    """Mixed into WTForms fields."""

    def answer(self):
        return self.data or ""

    def messages(self):
        """What is wrong with this very field, not with the entries in it."""
        return [str(error) for error in self.errors if not isinstance(error, (dict, list, tuple))]

    def problems(self):
        """(id of the control, name of the question, message) of everything that is to be put right."""
        return [(self.id, self.label.text, message) for message in self.messages()]


class Line(Question, StringField):
    def __init__(self, *args, filters=(), **kwargs):
        super().__init__(*args, filters=[*filters, one_line], **kwargs)


class Words(Question, TextAreaField):
    pass


class Number(Question, StringField):
    """Stored as a plain number with a decimal point; what cannot be read stays as it was typed."""

    def __init__(self, *args, filters=(), **kwargs):
        super().__init__(*args, filters=[*filters, plain_number], **kwargs)


class Choice(Question, SelectField):
    """One of a list. An older answer that the list no longer knows may stay."""

    def __init__(self, *args, options, blank=True, **kwargs):
        super().__init__(*args, choices=self.all_choices, filters=[lambda value: value or ""], **kwargs)
        self.options, self.blank = options, blank

    def all_choices(self):
        known = list(self.options())
        old = str(self.object_data or "")
        if old and old not in {choice.value for choice in known}:
            known.append(SelectChoice(old, self.name_of(old)))
        return [SelectChoice("", _("Choose"))] * self.blank + known

    def name_of(self, old):
        """What an answer is called that is no longer offered: topics that were retired keep their name."""
        topic = taxonomy.find_word("topic", old) if self.options is topic_choices else None
        return topic.label(i18n.language()) if topic else old


class Choices(Question, SelectMultipleField):
    option_widget = widgets.CheckboxInput()
    widget = widgets.ListWidget(prefix_label=False)

    def __init__(self, *args, options, **kwargs):
        super().__init__(*args, choices=lambda: list(options()), **kwargs)
        self.order = options

    def answer(self):
        chosen = set(self.data or ())
        return [choice.value for choice in self.order() if choice.value in chosen]


class Goal(Choice):
    def answer(self):
        return int(self.data) if self.data else ""


class Separated(Question, StringField):
    """Several short answers in one line, with commas between."""

    def process_data(self, value):
        self.data = ", ".join(map(self.shown, value)) if isinstance(value, list) else value

    def parts(self):
        return [part for part in (one_line(part) for part in re.split(r"[,;\n]", self.data or "")) if part]

    def shown(self, value):
        return value

    def answer(self):
        return list(dict.fromkeys(self.parts()))


class Tags(Separated):
    def answer(self):
        return list({taxonomy.tag_slug(tag): tag for tag in reversed(self.parts())}.values())[::-1]


class Languages(Separated):
    """Names of languages, as the reader's language or they themselves call them; stored as codes."""

    def shown(self, value):
        return language_name(value)

    def answer(self):
        return list(dict.fromkeys(code for code in map(language_code, self.parts()) if code))


class Cities(Separated):
    """Names of cities; stored as slugs of those that we know, the others as words."""

    def process_data(self, value):
        known = accounts.cities_of(value) if isinstance(value, list) else {}
        names = {slug: city.label(i18n.language()) for slug, city in known.items()}
        super().process_data([names.get(one, one) for one in value] if isinstance(value, list) else value)

    def answer(self):
        names = self.parts()
        known = accounts.cities_called(names)
        return list(dict.fromkeys(known[name].slug if name in known else name for name in names))


class Currency(Line):
    def answer(self):
        return (self.data or "").upper()


class Paper(Line):
    """A DOI or a web address; stored as an address."""

    def answer(self):
        return references.paper_address(self.data) or self.data or ""


class PracticeReference(Line):
    """A case of ours, by its address or its code; stored as its public id."""

    def answer(self):
        return references.public_id_in(self.data) or self.data or ""


class Upload(Question, FileField):
    pass


# Rows


class ListOf(Question, FieldList):
    @staticmethod
    def _extract_indices(prefix, formdata):
        """Row numbers among the names that were sent; names that no form of ours makes are passed over."""
        pattern = re.compile(re.escape(prefix) + r"-([0-9]{1,4})(?:-|$)")
        return (int(match[1]) for match in map(pattern.match, formdata) if match)

    def answer(self):
        return list(dict.fromkeys(entry.answer() for entry in self.entries if entry.answer()))

    def problems(self):
        return [problem for entry in self.entries for problem in entry.problems()] + super().problems()


class Topics(ListOf):
    def problems(self):
        return [(where, self.label.text, message) for where, _label, message in super().problems()]


class Rows(ListOf):
    """Rows of a group: `field` is its line in the schema. Empty rows are dropped."""

    def __init__(self, *args, field, **kwargs):
        super().__init__(*args, **kwargs)
        self.field = field

    def answer(self):
        return [row for row in (entry.form.answer() for entry in self.entries) if row]

    def problems(self):
        found = Question.problems(self)
        for number, entry in enumerate(self.entries, 1):
            where = self.field.one if self.field.limit == 1 else f"{self.field.one} {number}"
            for target, label, message in entry.form.problems():
                found.append((target, _("%(row)s, %(question)s", row=where, question=label), message))
        return found


class Row(Form):
    """One row; made by `row_class`."""

    field = None

    class Meta:
        csrf = False

    def questions(self):
        return [(part, self[part.name]) for part in self.field.parts]

    def answer(self):
        """{part: answer} without empty parts; {} for an empty row."""
        answers = {part.name: bound.answer() for part, bound in self.questions()}
        return {name: value for name, value in answers.items() if value not in ("", [])}

    def is_empty(self):
        return not Row.answer(self)

    def validate(self, extra_validators=None):
        """An empty row is never wrong."""
        if self.is_empty():
            return True
        good = super().validate(extra_validators)
        return all([good, *(rule(self) for rule in (has_key, *RULES.get(self.field.name, ())))])

    def problems(self):
        return [problem for _part, bound in self.questions() for problem in bound.problems()]


class FileRow(Row):
    """A row that holds a file: the one it has, or one that comes with this form."""

    file = HiddenField()
    upload = Upload(_l("File"))

    def answer(self):
        """A row without a file says nothing yet."""
        return {"file": self.file.data, **super().answer()} if self.file.data else {}

    def is_empty(self):
        return not (self.file.data or self.upload.data) and super().is_empty()

    def problems(self):
        return self.upload.problems() + super().problems()


def row_class(field):
    base = Row if field.kind == "group" else FileRow
    parts = {part.name: ask(part) for part in field.parts}
    return type(f"{field.name.title()}Row", (base,), {"field": field, **parts})


# Asking: from a line of the schema to an unbound field


def ask(field):
    """The WTForms field that asks this question."""
    return ASKED[field.kind](field)


def ask_text(made, *checks):
    return lambda field: made(field.label, [at_most(longest(field)), *checks])


def ask_choice(field):
    return Choice(field.label, options=lambda: from_table(field.choices))


def ask_choices(field):
    return Choices(field.label, options=lambda: from_table(field.choices))


def ask_topics(field):
    one = Choice(_l("Topic"), options=topic_choices)
    return Topics(one, field.label, [few(field.limit)], min_entries=field.limit)


def ask_language(field):
    return Choice(field.label, options=language_choices, blank=field.gate != "D")


def ask_goal(field):
    return Goal(field.label, options=goal_choices)


def ask_tags(field):
    return Tags(field.label, [at_most(LONGEST["tags"]), few(field.limit), short_tags])


def ask_cities(field):
    return Cities(field.label, [at_most(LONGEST["cities"]), few(field.limit), short_names])


def ask_rows(field):
    one = FormField(row_class(field))
    return Rows(one, field.label, [few(field.limit)], min_entries=1, field=field)


def longest(field):
    return field.limit or LONGEST.get(field.kind, 200)


# What can be chosen


def from_table(table):
    return [SelectChoice(value, label) for value, label in table.items()]


def topic_choices():
    """Every topic, grouped by the three at the top."""
    language = i18n.language()
    return [
        SelectChoice(
            topic.slug,
            topic.label(language) if topic.parent else _("%(topic)s in general", topic=topic.label(language)),
            optgroup=(topic.parent or topic).label(language),
        )
        for topic in in_tree_order(taxonomy.topics().values())
        if topic.is_offered
    ]


def in_tree_order(topics):
    tops = [topic for topic in topics if not topic.parent]
    return [topic for top in tops for topic in [top, *(one for one in topics if one.parent_id == top.id)]]


def goal_choices():
    language = i18n.language()
    return [SelectChoice(str(n), f"{n} {taxonomy.goal_name(n, language)}") for n in taxonomy.goals()]


def one_line(text):
    return SPACES.sub(" ", text).strip() if isinstance(text, str) else text


def plain_number(text):
    """'1 200,5' → '1200.5'. What could be read in two ways is left alone."""
    if not isinstance(text, str):
        return text
    close = re.sub(r"[\s\u00a0\u202f']", "", text).replace("−", "-")
    return close if DOUBTFUL.fullmatch(close) else close.replace(",", ".")


ASKED = {
    "line": ask_text(Line),
    "text": ask_text(Words),
    "date": ask_text(Line, partial_date),
    "year": ask_text(Line, is_year),
    "number": ask_text(Number, is_number),
    "currency": ask_text(Currency, is_currency),
    "paper": ask_text(Paper, is_paper),
    "practice": ask_text(PracticeReference, is_practice),
    "cities": ask_cities,
    "address": ask_text(Line, web_address),
    "mail": ask_text(Line, mail_address),
    "languages": ask_text(Languages, known_languages),
    "choice": ask_choice,
    "choices": ask_choices,
    "topics": ask_topics,
    "tags": ask_tags,
    "language": ask_language,
    "goal": ask_goal,
    "group": ask_rows,
    "media": ask_rows,
    "documents": ask_rows,
}
