"""What is checked of one answer as it was typed; WTForms validators with sentences for people."""

import re

from flask_babel import gettext as _
from wtforms.validators import ValidationError

from exchange.moderation.forms import references
from exchange.moderation.forms.languages import language_code
from exchange.taxonomy import service as taxonomy

TAG_LENGTH = 60
NAME_LENGTH = 80  # of a city
NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
DOUBTFUL = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")  # a thousand to some, one point something to others
DEGREES = {"lat": 90, "lon": 180}


def at_most(limit):
    def check(_form, bound):
        length = len(bound.data or "")
        if length > limit:
            raise ValidationError(
                _("Shorten this to %(limit)s characters: it has %(length)s.", limit=limit, length=length)
            )

    return check


def is_number(_form, bound):
    if not bound.data:
        return
    degrees = DEGREES.get(bound.short_name)
    if (DOUBTFUL.fullmatch(bound.data) and not degrees) or not NUMBER.fullmatch(bound.data):
        raise ValidationError(_("Write a number like 1200 or 12.5, without separators for thousands."))
    if degrees and abs(float(bound.data)) > degrees:
        raise ValidationError(_("Write a number between −%(most)s and %(most)s.", most=degrees))


def is_year(_form, bound):
    year = bound.data or ""
    if year and not (year.isascii() and year.isdecimal() and 1800 <= int(year) <= 2100):
        raise ValidationError(_("Write a year like 2014."))


def is_currency(_form, bound):
    if bound.data and bound.data.upper() not in taxonomy.known_currencies():
        raise ValidationError(_("Write the three letters of a currency, like EUR or BRL."))


def is_paper(_form, bound):
    if bound.data and not references.paper_address(bound.data):
        raise ValidationError(_("Write a DOI like 10.1000/182, or a web address that begins with https://."))


def is_practice(_form, bound):
    if bound.data and not references.is_known(bound.data, bound.object_data):
        raise ValidationError(_("We know no public case of that address. You can say it in words instead."))


def short_names(_form, bound):
    if any(len(name) > NAME_LENGTH for name in bound.parts()):
        raise ValidationError(_("Put commas between the names of cities."))


def known_languages(_form, bound):
    unknown = [part for part in bound.parts() if not language_code(part)]
    if unknown:
        raise ValidationError(_("We do not know the language “%(name)s”.", name=unknown[0]))


def short_tags(_form, bound):
    if any(len(tag) > TAG_LENGTH for tag in bound.parts()):
        raise ValidationError(_("A tag is a word or two. Put commas between tags."))


def few(limit):
    def check(_form, bound):
        if len(bound.answer()) > limit:
            raise ValidationError(_("Keep at most %(limit)s.", limit=limit))

    return check
