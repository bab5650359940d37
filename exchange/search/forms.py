"""The shape of what people type to keep a search."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice

from exchange.core.forms import Form, at_most, needed, one_line, own_mail_address
from exchange.search.alerts import LONGEST_NAME

HOW_OFTEN = {
    "at-once": _l("At once"),
    "daily": _l("Once a day"),
    "weekly": _l("Once a week"),
}


class Press(Form):
    """One button, nothing to type."""


class ChangeSearch(Form):
    rhythm = RadioField(
        _l("How often"),
        [needed(_l("Choose how often."))],
        choices=[SelectChoice(key, words) for key, words in HOW_OFTEN.items()],
        default="weekly",
    )
    name = StringField(_l("Name of this search"), [at_most(LONGEST_NAME)], filters=[one_line])


class SaveSearch(ChangeSearch):
    """By someone with an account."""


class SaveSearchByMail(ChangeSearch):
    """By someone without one."""

    address = StringField(_l("Mail address"), [needed(_l("Write your mail address.")), own_mail_address])
