"""One-time links: made, posted, found and used."""

import secrets
from datetime import timedelta

from sqlalchemy import update

from exchange.accounts.models import OneTimeLink
from exchange.accounts.service.memberships import may_manage_people, tell_of_request
from exchange.accounts.service.people import find_user
from exchange.accounts.service.sessions import end_sessions
from exchange.accounts.service.shared import Refused, normal, read_again, seal, subject, unseal
from exchange.core import journal
from exchange.core.models import db, now

LINK_LIFE = {
    "verify": timedelta(days=3),
    "sign-in": timedelta(minutes=30),
    "reset": timedelta(hours=2),
    "invitation": timedelta(days=14),
    "address": timedelta(days=3),
}


def make_link(purpose, user=None, email=None, by=None, **more):
    """A new one-time link; its token is `token_of(link)`."""
    link = OneTimeLink(
        id=secrets.token_urlsafe(12),
        purpose=purpose,
        user_id=user.id if user else None,
        email=user.email if user and not email else normal(email),
        created_by_id=by.id if by else None,
        expires_at=now() + LINK_LIFE[purpose],
        **more,
    )
    db.session.add(link)
    db.session.flush()
    return link


def send_link(purpose, user=None, **more):
    """Make a one-time link and have it posted; the letter is written by the worker."""
    link = make_link(purpose, user, **more)
    journal.tell("link letter", link_id=link.id)
    return link


def ask_link(purpose, email):
    """Post a link to sign in or to choose a new password, if somebody has that address."""
    user = find_user(email)
    if user and user.is_active:
        send_link(purpose, user)
    else:
        leave_no_trace_of_absence(purpose, "link letter")


def leave_no_trace_of_absence(purpose, act, **payload):
    """Write as much as for someone who does get a link: one that opens nothing, and one piece of news."""
    link = make_link(purpose, used_at=now())
    journal.tell(act, **(payload or {"link_id": link.id}))


def token_of(link):
    """What the letter carries: the link's id, and a code that only this installation can make."""
    return seal("one-time-link", link.id)


def find_link(token):
    """The link that a token opens, still unused and in time, or None."""
    link_id = unseal("one-time-link", token)
    link = db.session.get(OneTimeLink, link_id) if link_id else None
    usable = link and not link.used_at and link.expires_at > now()
    return link if usable and still_makes_sense(link) else None


def use_link(link):
    """Mark it used and return its user, whose address is thereby proven. Raises Refused when used.

    Whoever signed up with a password before the address was proven may have been anybody: unless this
    is the letter that they were sent for it, the password goes, and every other browser is signed out.
    """
    read_again(link, "used_at")
    if link.used_at:
        raise Refused("used")
    link.used_at = now()
    user = link.user
    if user and not user.verified_at:
        prove_address(user, keep_password=link.purpose == "verify", told=link.purpose == "reset")
    elif user and user.mail_paused_at and user.email == link.email:
        resume_letters(user)
    return user


def prove_address(user, keep_password, told=False):
    """`told`: the line of what it is part of tells it, so that only the news goes out."""
    user.verified_at = now()
    end_sessions(user)
    if not keep_password:
        user.password_hash = None
    if told:
        journal.tell("verify", subject=subject(user), by_id=user.id)
    else:
        journal.record("verify", subject(user), user)
    for member in user.memberships:
        if member.state == "requested":
            tell_of_request(member)


def resume_letters(user):
    """A letter has reached the address after all: those that wait go there."""
    user.mail_paused_at, user.verified_at = None, now()
    journal.record("resume letters", subject(user), user)


def void_links(user):
    """Links sent to a person so far open nothing any more."""
    open_ones = OneTimeLink.used_at.is_(None) & (OneTimeLink.user_id == user.id)
    db.session.execute(update(OneTimeLink).where(open_ones).values(used_at=now()))


def still_makes_sense(link):
    """Nothing is left to verify for the verified; an invitation is worth as much as its sender's word."""
    if link.purpose == "invitation":
        guest, host = find_user(link.email), link.created_by
        return (guest is None or guest.is_active) and may_manage_people(host, link.city_id)
    if link.purpose == "address":
        holder = find_user(link.email)
        return link.user.is_active and holder in (None, link.user)
    return link.user.is_active and not (link.purpose == "verify" and link.user.verified_at)
