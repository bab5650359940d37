"""The form of a canned reason: its code, and in each language what it is called and what it says."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Regexp

from exchange.config import LANGUAGES
from exchange.core.forms import Form


class ReasonTextsForm(Form):
    def texts(self, part):
        """{language: text} of 'label' or 'text', without empty ones."""
        told = {code: self[f"{part}_{code}"].data for code in LANGUAGES}
        return {code: text for code, text in told.items() if text}

    def pairs(self):
        """(name of the language, its code, label field, text field)."""
        return [(name, code, self[f"label_{code}"], self[f"text_{code}"]) for code, name in LANGUAGES.items()]


for _code in LANGUAGES:
    _wanted = [DataRequired(message=_l("Write it in English at least."))] if _code == "en" else []
    _short = Length(max=80, message=_l("At most %(max)d characters."))
    _long = Length(max=2000, message=_l("At most %(max)d characters."))
    setattr(ReasonTextsForm, f"label_{_code}", StringField(_l("Name"), [*_wanted, _short]))
    setattr(ReasonTextsForm, f"text_{_code}", TextAreaField(_l("What the authors read"), [*_wanted, _long]))


class NewReasonForm(ReasonTextsForm):
    code = StringField(
        _l("Code"),
        [
            DataRequired(message=_l("Give it a code.")),
            Length(max=40, message=_l("At most %(max)d characters.")),
            Regexp(
                r"[a-z0-9]+(-[a-z0-9]+)*$",
                message=_l("Use small letters and digits, with hyphens between: no-source."),
            ),
        ],
    )
