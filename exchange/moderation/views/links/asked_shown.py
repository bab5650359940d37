"""What other pages show of those who are asked by a link: functions of a case and a text, for templates."""

from flask_login import current_user

from exchange.moderation import service
from exchange.moderation.views.links.asking import row
from exchange.moderation.views.refusals import words_of_hindrance

ON_ITS_WAY = ("draft", "submitted", "in_review", "approved")


def init_app(app):
    app.jinja_env.globals.update(
        clearance_of=clearance_of,
        lacks_clearance=service.clearing.lacks_clearance,
        waits_for=waits_for,
        proposals_of=service.asking.proposals,
        proposed_change=proposed_change,
        count_proposals=service.asking.count_proposals,
        city_reply_of=service.telling.reply_of,
        last_word_on=service.freshness.last_word,
        may_hide_reply=may_hide_reply,
        may_choose_teller=lambda practice: service.telling.may_choose(practice, current_user),
    )


def clearance_of(practice, revision):
    """The Standing of a text that is on its way, or None when nobody was asked to clear it."""
    if revision.state not in ON_ITS_WAY:
        return None
    found = service.clearing.standing(practice, revision)
    return found if found.is_asked else None


def waits_for(revision):
    """Sentences on what of clearance and city keeps this text from going public, once it is on its way."""
    if revision.state not in ON_ITS_WAY:
        return []
    found = service.clearing.hinders(revision) + service.telling.hinders(revision)
    return [words_of_hindrance(one) for one in found]


def proposed_change(proposal, revision):
    """The word difference that taking it over would make to the text as it stands."""
    return row(proposal, revision)[2]


def may_hide_reply(practice):
    user = current_user
    return user.is_authenticated and user.is_moderator and not service.has_written(practice, user)
