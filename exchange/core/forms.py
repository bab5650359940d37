"""What every form shares: the CSRF token, trimmed text, readable errors, partial dates."""

import re
import unicodedata
from calendar import monthrange

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from exchange.core.markup import is_web_address

PARTIAL_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)
MAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")
HIDDEN = ("Cc", "Cf", "Co", "Cn")  # categories of Unicode
JOINERS = "\u200c\u200d"  # which Persian, Hindi and others spell with
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Form(FlaskForm):
    """A form with CSRF protection whose text fields lose control characters and outer spaces.

    Passwords are taken exactly as typed.
    """

    class Meta:
        def bind_field(self, form, unbound, options):
            filters = unbound.kwargs.get("filters", [])
            is_text = issubclass(unbound.field_class, StringField)
            if is_text and not issubclass(unbound.field_class, PasswordField) and tidy not in filters:
                unbound.kwargs["filters"] = [*filters, tidy]
            return unbound.bind(form=form, **options)


def tidy(text):
    return CONTROL.sub("", text.replace("\r\n", "\n")).strip() if isinstance(text, str) else text


def one_line(text):
    """Line breaks and runs of spaces become one space."""
    return " ".join(tidy(text).split()) if isinstance(text, str) else text


def needed(message):
    return DataRequired(message)


def at_most(count):
    return Length(max=count, message=_l("Use at most %(max)d characters."))


def plain_words(_form, field):
    """A name goes into other people's letters: no address to click on, no characters that hide or turn."""
    text = field.data or ""
    if any(unicodedata.category(char) in HIDDEN and char not in JOINERS for char in text):
        raise ValidationError(_l("This holds characters that cannot be seen. Type it again by hand."))
    if "://" in text or "www." in text.lower() or "@" in text:
        raise ValidationError(_l("Write a name here, without any address."))


def partial_date(_form, field):
    """2006, 2006-01 or 2006-01-03, between 1800 and 2100; a day must be one of the calendar."""
    match = PARTIAL_DATE.fullmatch(field.data or "")
    if field.data and not (match and 1800 <= int(match[1]) <= 2100):
        raise ValidationError(_l("Write a year like 2006, a month like 2006-01 or a day like 2006-01-03."))
    if match and match[3] and int(match[3]) > monthrange(int(match[1]), int(match[2]))[1]:
        raise ValidationError(_l("There is no such day."))


def mail_address(_form, field):
    if field.data and not (MAIL.fullmatch(field.data) and len(field.data) <= 254):
        raise ValidationError(_l("Write a mail address like office@city.example."))


def own_mail_address(form, field):
    """Letters must be able to go there, through any mail server."""
    mail_address(form, field)
    if field.data and not field.data.isascii():
        raise ValidationError(_l("Write a mail address like office@city.example."))


def web_address(_form, field):
    if field.data and not is_web_address(field.data):
        raise ValidationError(_l("Write a web address that begins with https:// or http://."))
