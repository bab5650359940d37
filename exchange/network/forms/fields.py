"""Fields that several forms of this room share: days, clocks, zones, topics, cities, languages, rows."""

import re

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, FieldList, HiddenField, SelectField, StringField, TimeField
from wtforms import Form as Row
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from exchange.accounts import service as accounts
from exchange.config import LANGUAGES
from exchange.core.forms import Form, at_most, one_line, web_address
from exchange.core.i18n import language
from exchange.network.service.dates import times
from exchange.network.service.partners import partners
from exchange.taxonomy import service as taxonomy

MOST_TOPICS = 3
MOST_ROWS, SPARE = 20, 2
ROW_NUMBER = re.compile(r"([0-9]{1,4})(?:-|$)")


class Day(DateField):
    """A day as browsers send it; the words of the message are ours."""

    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Write a day like 2026-12-03.")) from error

    @property
    def iso(self):
        return self.data.isoformat() if self.data else ""


class Clock(TimeField):
    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Write a time like 09:30.")) from error

    @property
    def iso(self):
        return self.data.strftime("%H:%M") if self.data else ""


class Zone(StringField):
    """A zone by its name or its city; `data` is its full name once it was read."""

    def post_validate(self, form, validation_stopped):
        found = times.find_zone(self.data)
        if self.data and not found:
            raise ValidationError(
                _("We know no such zone: write a name like Europe/Berlin, or a city like Dakar.")
            )
        self.data = found or self.data


class Spoken(StringField):
    """Languages in words or codes, with commas between; `codes` once they were read."""

    codes = ()

    def post_validate(self, form, validation_stopped):
        wishes = [one.strip() for one in (self.data or "").split(",") if one.strip()]
        found = [language_code(one) for one in wishes]
        unknown = [wish for wish, code in zip(wishes, found, strict=True) if not code]
        if unknown:
            raise ValidationError(_("We know no language called %(name)s.", name=", ".join(unknown)))
        self.codes = list(dict.fromkeys(found))


def language_code(words):
    """'French', 'français', 'fr' → 'fr'; None for what is no language."""
    wanted = words.lower()
    known = Locale.parse("en").languages
    if wanted in known:
        return wanted
    for locale in (get_locale(), Locale.parse("en")):
        for code, name in locale.languages.items():
            if name.lower() == wanted and "_" not in code:
                return code
    return None


def language_words(codes):
    """'English, French' in the reader's language."""
    known = get_locale().languages
    return ", ".join(known.get(code, code) for code in codes)


def text_language(label):
    """The language that a text is written in."""
    choices = [SelectChoice(code, name) for code, name in LANGUAGES.items()]
    return SelectField(label, choices=choices, default=language)


class Rows(FieldList):
    """Rows by the number in their names; a name without a number as forms write it is no row."""

    def _extract_indices(self, prefix, formdata):
        start = f"{prefix}-"
        told = (ROW_NUMBER.match(name, len(start)) for name in formdata if name.startswith(start))
        return [int(number[1]) for number in told if number]


def topic_list(label):
    field = SelectField(choices=topic_choices, validators=[Optional()])
    return Rows(field, label, min_entries=MOST_TOPICS, max_entries=MOST_TOPICS)


def topic_choices():
    """The tree as one list, and nothing."""
    found = [SelectChoice("", "–")]
    tree = taxonomy.topics()
    for root in (topic for topic in tree.values() if topic.parent_id is None and topic.is_offered):
        found.append(SelectChoice(root.slug, root.label(language())))
        below = [topic for topic in tree.values() if topic.parent_id == root.id and topic.is_offered]
        found += [SelectChoice(topic.slug, f"– {topic.label(language())}") for topic in below]
    return found


def city_choices():
    named = sorted((city.label(language()), city.slug) for city in accounts.member_cities())
    return [SelectChoice("", "–"), *(SelectChoice(slug, name) for name, slug in named)]


def partner_choices():
    return [SelectChoice("", "–"), *(SelectChoice(slug, name) for slug, name in partners.names().items())]


class TextForm(Form):
    """What every text that a moderator reads first carries beside its answers."""

    code = HiddenField()  # the name that a new thing will have: a form sent twice makes one thing
    base = HiddenField()  # what the text was when the form was opened

    def chosen_topics(self):
        return list(dict.fromkeys(slug for slug in self.topics.data if slug))


def keeping(field, choices, stands):
    """The choices of a select, with the one that the text has already although it is not offered now."""
    field.choices = choices
    if stands and stands not in {choice.value for choice in choices}:
        field.choices.append(SelectChoice(stands, stands))


class LinkRow(Row):
    """Something on the web, by its name."""

    name = StringField(_l("Name"), [at_most(200)], filters=[one_line])
    address = StringField(_l("Web address"), [web_address, at_most(500)], filters=[one_line])


def filled(rows):
    """The rows in which something stands."""
    found = ({name: value or "" for name, value in row.data.items()} for row in rows)
    return [row for row in found if any(row.values())]


def with_spare(form):
    """The form with some empty rows below those that are filled in; only for being shown."""
    for rows in (field for field in form if isinstance(field, FieldList) and not field.min_entries):
        empty = sum(not any(row.data.values()) for row in rows)
        for _row in range(min(SPARE - empty, MOST_ROWS - len(rows))):
            rows.append_entry()
    return form


def line(label, *validators):
    return StringField(label, list(validators), filters=[one_line])
