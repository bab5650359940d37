"""Browsers that are signed in."""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import delete, select

from exchange.accounts.models import Session
from exchange.accounts.service.shared import subject
from exchange.core import journal
from exchange.core.models import db, now

SESSION_DAYS = 14


def start_session(user, agent="", told=False):
    """Sign this browser in; returns the token for its cookie. Only the hash of it is kept.

    `told`: another line of the audit tells it already, as that of a new password.
    """
    token = secrets.token_urlsafe(32)
    db.session.add(
        Session(
            id_hash=hashed(token),
            user_id=user.id,
            csrf=secrets.token_hex(20),
            expires_at=now() + timedelta(days=SESSION_DAYS),
            agent=agent[:200],
        )
    )
    if not told:
        journal.record("sign in", subject(user), user, news=False)
    return token


def find_session(token):
    """The live session of a cookie's token, or None: expired, revoked, suspended, left."""
    row = db.session.get(Session, hashed(token))
    return row if row and row.expires_at > now() and row.user.is_active else None


def sessions_of(user):
    """Where a person is signed in just now, the latest first."""
    live = select(Session).where(Session.user_id == user.id, Session.expires_at > now())
    return db.session.scalars(live.order_by(Session.created_at.desc(), Session.id_hash)).all()


def end_session(row):
    db.session.execute(delete(Session).where(Session.id_hash == row.id_hash))


def end_sessions(user, but=None):
    """Sign a person out everywhere, but perhaps for one browser's session."""
    kept = but.id_hash if but else ""
    db.session.execute(delete(Session).where(Session.user_id == user.id, Session.id_hash != kept))


def hashed(token):
    return hashlib.sha256(token.encode()).hexdigest()
