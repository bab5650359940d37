"""A person's mail address: paused when letters to it come back, proven anew, exchanged for another."""

from sqlalchemy.exc import IntegrityError

from exchange.accounts.service.links import leave_no_trace_of_absence, send_link, use_link
from exchange.accounts.service.people import find_user
from exchange.accounts.service.shared import Refused, normal, read_again, subject
from exchange.core import journal
from exchange.core.models import db, now


def pause_letters(user):
    """No letter goes to the address until it, or another, is proven; a second time changes nothing."""
    read_again(user, "mail_paused_at")
    if user.mail_paused_at:
        return
    user.mail_paused_at = now()
    journal.record("pause letters", subject(user), news=False)


def ask_address(user, email):
    """Post a link to the address that a person wants; whoever has an account there is told so instead."""
    holder = find_user(email)
    if holder and holder is not user:
        known = {"kind": "known-address", "user_id": holder.id}
        return leave_no_trace_of_absence("address", "account letter", **known)
    return send_link("address", user, email=email)


def move_address(link):
    """The link from the letter was used: its address is the person's now, and letters go there.

    Raises Refused when it was used, or when somebody else has come to have the address.
    """
    before, was_paused = link.user.email, link.user.mail_paused_at is not None
    user = use_link(link)
    user.email, user.verified_at, user.mail_paused_at = normal(link.email), now(), None
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError as error:
        raise Refused("taken") from error
    journal.record("change address", subject(user), user, news=False)
    old = before if before != user.email and not was_paused else None
    journal.tell("change address", subject=subject(user), by_id=user.id, user_id=user.id, old=old)
    return user
