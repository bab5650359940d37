"""The small forms around a draft: who takes part, who takes over, who looks on."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice

from exchange.core.forms import Form, at_most, needed, one_line, own_mail_address, plain_words
from exchange.practices import sharing

ROLES = {
    "lead": _l("Leads"),
    "co-author": _l("Writes"),
    "commenter": _l("Comments"),
    "viewer": _l("Looks on"),
}
MAY = {
    "lead": _l("writes, submits, invites others"),
    "co-author": _l("writes everything, cannot submit"),
    "commenter": _l("reads, and leaves notes beside the fields"),
    "viewer": _l("reads only"),
}
LONGEST_NAME = 80
WRITE_ADDRESS = _l("Write a mail address.")


def choices_of_part():
    return [SelectChoice(role, ROLES[role]) for role in ("co-author", "commenter", "viewer")]


class InviteForm(Form):
    email = StringField(_l("Mail address"), [needed(WRITE_ADDRESS), own_mail_address], filters=[one_line])
    role = SelectField(_l("What they may do"), choices=choices_of_part)


class PartForm(Form):
    """Another part for somebody, or none any more."""

    role = SelectField(
        _l("What they may do"), choices=lambda: [*choices_of_part(), SelectChoice("none", _l("Nothing more"))]
    )


class HandOverForm(Form):
    heir = StringField(
        _l("Mail address of a colleague"), [needed(WRITE_ADDRESS), own_mail_address], filters=[one_line]
    )


class ShareForm(Form):
    for_whom = StringField(_l("For whom"), [at_most(LONGEST_NAME), plain_words], filters=[one_line])
    send_to = StringField(_l("Send it to this address"), [own_mail_address], filters=[one_line])
    days = SelectField(
        _l("How long it works"),
        choices=[SelectChoice(str(days), _l("%(num)s days", num=days)) for days in sharing.DAYS],
        default="30",
    )


class JoinForm(Form):
    """Whoever accepts without having an account says who they are."""

    name = StringField(
        _l("Your name"),
        [needed(_l("Write your name.")), at_most(LONGEST_NAME), plain_words],
        filters=[one_line],
    )


class AnswerForm(Form):
    """Two buttons, nothing to type."""
