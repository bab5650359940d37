"""Two cases that tell the same: a coordinator lets one lead to the other, or parts them again."""

import re

from flask import request
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core.web import require
from exchange.moderation import service
from exchange.moderation.forms import desk as forms
from exchange.moderation.forms.translating import MergerForm
from exchange.moderation.views import moderation
from exchange.moderation.views.publication.visibility import PRACTICE, act_page, find_others, one_act
from exchange.practices import service as practices

ADDRESS = re.compile(r"(?:.*/practices/)?([A-Z0-9]{4,12})(?:-[^/]*)?/?(?:\?.*)?$")


@moderation.route(PRACTICE + "/merger", methods=["GET", "POST"])
def merger(public_id):
    practice = find_others(public_id)
    require(current_user.is_coordinator)
    form = MergerForm()
    words = {
        "title": _("Merge this case into another"),
        "lead": _(
            "Its addresses will lead to the other case. It leaves every list; its versions, comments and "
            "files stay and moderators can read them. You can undo it."
        ),
        "button_text": _("Merge"),
    }
    into = case_named(form.into.data)
    if request.method == "POST" and form.into.data and into is None:
        form.validate()
        form.into.errors = [_("We do not know this case. Paste its address.")]
        return act_page(practice, form, 422, **words)
    return one_act(
        practice,
        form,
        lambda form: service.merge(practice, into, current_user, form.reason.data),
        after=_("Merged. The old address leads here."),
        **words,
    )


def case_named(typed):
    """The case whose address or public id was typed, or None."""
    found = ADDRESS.match((typed or "").strip())
    return practices.find(found[1]) if found else None


@moderation.route(PRACTICE + "/parting", methods=["GET", "POST"])
def parting(public_id):
    practice = find_others(public_id)
    require(current_user.is_coordinator)
    return one_act(
        practice,
        forms.ReasonForm(),
        lambda form: service.part(practice, current_user, form.reason.data),
        title=_("Undo the merger of this case"),
        lead=_("It stands again where it stood, with its own address."),
        button_text=_("Undo the merger"),
        after=_("The case stands by itself again."),
    )
