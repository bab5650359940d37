"""What a moderator says of a text, and what every form of a text carries."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField

from exchange.core.forms import Form, at_most, needed


class DecisionForm(Form):
    """Which button was pressed is `verdict`: let through or decline."""

    seen = HiddenField()  # the hash of the text that was read
    reason = TextAreaField(_l("Why it is declined"), [at_most(2000)])


class HidingForm(Form):
    reason = TextAreaField(_l("Why it is hidden"), [needed(_l("Give a reason.")), at_most(2000)])
