"""Letters around a draft: who is asked to take part, who joined or left, who is shown it, what was noted."""

from datetime import timedelta

from flask import current_app
from sqlalchemy import select

from exchange.accounts import service as accounts
from exchange.accounts.models import User
from exchange.core.models import db, now
from exchange.notifications.models import Letter
from exchange.practices import authorship, sharing
from exchange.practices import service as practices
from exchange.practices.models import WRITERS

ONE_LETTER_IN = timedelta(hours=6)  # about the notes on one case


# To whom


def invited(news):
    invitation = authorship.of_news(news)
    if invitation is None or not authorship.is_open(invitation):
        return []
    user = accounts.find_user(invitation.email)
    return [(user if user and user.verified_at else None, invitation.email)]


def inviter(news):
    invitation = authorship.of_news(news)
    return reachable([invitation.by], but=news["by_id"])


def those_who_wrote(news):
    """When a case was handed on: the inviter and everybody who writes, but the one who took it over."""
    invitation = authorship.of_news(news)
    writers = [hand.user for hand in invitation.practice.authors if hand.role in WRITERS]
    return reachable([*writers, invitation.by], but=news["by_id"])


def the_person(news):
    return reachable([db.session.get(User, news["user_id"])], but=news["by_id"])


def lead(news):
    practice = practice_of(news)
    return reachable([practice.lead] if practice.lead else [], but=news["by_id"])


def shown_to(news):
    link = sharing.of_news(news)
    return [(None, link.email)] if link and link.email else []


def fellow_writers(news):
    """Those who write, once in a while: ten notes in a row make one letter."""
    practice = practice_of(news)
    writers = [hand.user for hand in practice.authors if hand.role in WRITERS]
    told = set(
        db.session.scalars(
            select(Letter.address).where(
                Letter.kind == "noted",
                Letter.at > now() - ONE_LETTER_IN,
                Letter.details["subject"].as_string() == news["subject"],
            )
        )
    )
    return [(user, address) for user, address in reachable(writers, but=news["by_id"]) if address not in told]


def reachable(users, but=None):
    """Each once, without the one who knows already."""
    found = {user.id: user for user in users if user.id != but and user.is_active and user.verified_at}
    return [(user, user.email) for user in found.values()]


def practice_of(news):
    return practices.find(news["subject"].partition(":")[2])


LETTERS = {  # news → [(letter, to whom)]
    "invite author": [("case-invitation", invited)],
    "offer case": [("case-invitation", invited)],
    "join case": [("invitation-answered", inviter)],
    "decline invitation": [("invitation-answered", inviter)],
    "take over case": [("handed-on", those_who_wrote)],
    "change author": [("part-changed", the_person)],
    "remove author": [("part-changed", the_person)],
    "leave case": [("left-case", lead)],
    "share draft": [("shared-draft", shown_to)],
    "add note": [("noted", fellow_writers)],
}


# What they speak of


def is_stale(letter):
    """Whether there is nothing left to tell: it was answered, withdrawn or ended meanwhile."""
    if letter.kind == "case-invitation":
        return not invited(letter.details)
    return letter.kind == "shared-draft" and not shown_to(letter.details)


def things_of(details):
    """The invitation, link and people that a letter names, and the addresses that it carries."""
    base, found = current_app.config["SETTINGS"].base_url, {}
    if "invitation" in details:
        invitation = authorship.of_news(details)
        found["invitation"] = invitation
        found["invitation_address"] = f"{base}/invitations/{authorship.token_of(invitation)}"
    if details.get("act") == "share draft":
        link = sharing.of_news(details)
        found["link"], found["link_address"] = link, f"{base}/shared/{sharing.token_of(link)}"
    if "by_id" in details:
        found["by"] = db.session.get(User, details["by_id"]) if details["by_id"] else None
    if "user_id" in details:
        found["person"] = db.session.get(User, details["user_id"])
    return found
