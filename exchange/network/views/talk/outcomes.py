"""How a challenge ends: with what came of it; and how it is asked again."""

from flask import redirect, render_template
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core.models import db
from exchange.core.web import notice
from exchange.network.forms import talk as forms
from exchange.network.service.talk import challenges, reading
from exchange.network.views import network
from exchange.network.views.talk.challenges import CHALLENGE, find_own
from exchange.network.views.talk.refusals import REFUSALS, explained


@network.get(CHALLENGE + "/outcome")
def challenge_outcome(ref):
    return outcome_page(find_own(ref), forms.OutcomeForm(formdata=None))


@network.post(CHALLENGE + "/outcome")
def close_challenge(ref):
    found, form = find_own(ref), forms.OutcomeForm()
    if not form.validate():
        return outcome_page(found, form, 422)
    try:
        challenges.close(found, current_user, form.outcome.data)
    except REFUSALS as error:
        db.session.rollback()
        status, problem = explained(error)
        return outcome_page(find_own(ref), form, status, problem)
    db.session.commit()
    notice(_("The challenge is closed. Those who answered get a letter."))
    return redirect(challenges.path_of(found), 303)


@network.post(CHALLENGE + "/reopening")
def reopen_challenge(ref):
    found = find_own(ref)
    challenges.reopen(found, current_user)
    db.session.commit()
    notice(_("The challenge is open again."))
    return redirect(challenges.path_of(found), 303)


def outcome_page(found, form, status=200, problem=""):
    talk = reading.conversation(found, current_user)
    page = render_template(
        "network/challenge_outcome.html", challenge=found, form=form, problem=problem, talk=talk
    )
    return page, status
