"""Roles given and taken, and who is here at all: suspended, restored, gone."""

from sqlalchemy import delete

from exchange.accounts.models import OneTimeLink, RoleGrant
from exchange.accounts.service.links import void_links
from exchange.accounts.service.memberships import has_ended
from exchange.accounts.service.sessions import end_sessions
from exchange.accounts.service.shared import subject
from exchange.core import journal
from exchange.core.models import db, now

GIVEN_HERE = ("expert", "moderator", "coordinator")  # admins are made on the command line alone


def grant(user, role, by=None):
    """Give a role; the person's sessions end, so that the next sign-in carries it."""
    if role in user.roles:
        return
    user.grants.append(RoleGrant(role=role, granted_by_id=by.id if by else None))
    end_sessions(user)
    journal.record("grant role", subject(user), by, news=False, role=role)


def revoke(user, role, by=None):
    if role not in user.roles:
        return
    user.grants = [held for held in user.grants if held.role != role]
    end_sessions(user)
    journal.record("revoke role", subject(user), by, news=False, role=role)


def suspend(user, by, reason):
    """The person is signed out at once and cannot come in; a second time changes nothing."""
    if user.suspended_at:
        return
    user.suspended_at = now()
    end_sessions(user)
    void_links(user)
    journal.record("suspend", subject(user), by, news=False, reason=reason)


def restore(user, by, reason=""):
    if not user.suspended_at:
        return
    user.suspended_at = None
    journal.record("restore", subject(user), by, news=False, reason=reason)


def may_administer(user, other):
    """The system's admin changes others, never themselves."""
    return user.is_authenticated and user.is_admin and user.id != other.id


def leave(user):
    """The person leaves: signed out everywhere, memberships ended, the address freed.

    What rooms above hold of them is forgotten once the news of it is heard. A second time changes nothing.
    """
    if user.left_at:
        return
    ended = [member.id for member in user.memberships if has_ended(member)]
    user.grants = []
    user.left_at = now()
    user.password_hash = None
    db.session.execute(delete(OneTimeLink).where(OneTimeLink.user_id == user.id))
    journal.tell("forget person", user_id=user.id, old=user.email)
    user.email = f"left-{user.id}@left.invalid"
    user.name = "–"
    end_sessions(user)
    journal.record("leave", subject(user), user, memberships=ended)
