"""Tries counted against guessing and flooding, and what is over swept away."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from sqlalchemy import delete, select

from exchange.accounts.models import Attempt, OneTimeLink, Session, User
from exchange.accounts.service.roles import leave
from exchange.accounts.service.shared import Refused, normal
from exchange.core.models import db, now


@dataclass(frozen=True)
class Limit:
    """How many tries per window of time: against one address, and from one host (an office shares one)."""

    per_address: int
    per_host: int
    window: timedelta


LIMITS = {
    "sign-in": Limit(10, 60, timedelta(minutes=15)),
    "letter": Limit(5, 30, timedelta(hours=1)),
    "sign-up": Limit(5, 30, timedelta(hours=1)),
    "invitation": Limit(5, 60, timedelta(hours=1)),
    "link": Limit(30, 120, timedelta(hours=1)),  # answers given through a link without an account
    "share": Limit(5, 60, timedelta(hours=1)),
    "alert": Limit(5, 30, timedelta(hours=12)),
}


class TooManyTries(Refused):
    """Over the limit; `seconds` until it is worth trying again."""

    def __init__(self, what, seconds):
        super().__init__(what)
        self.seconds = seconds


def count_try(what, address, host):
    """Count one more try against an address and from a host; raises TooManyTries over a limit.

    Commits at once, so that a try counts whatever becomes of it.
    """
    limit = LIMITS[what]
    keys = {limit_key("address", address): limit.per_address, limit_key("host", host): limit.per_host}
    for key, most in keys.items():
        tries = tries_of(what, key, limit)
        if len(tries) >= most:
            db.session.rollback()
            raise TooManyTries(what, max(1, int((tries[-most] + limit.window - now()).total_seconds())))
    db.session.add_all(Attempt(what=what, who_hash=key) for key in keys)
    db.session.commit()


def forget_tries(what, address):
    """Whoever got in has not been guessing."""
    mine = (Attempt.what == what, Attempt.who_hash == limit_key("address", address))
    db.session.execute(delete(Attempt).where(*mine))


def sweep():
    """Forget old tries, ended sessions, links past their end and accounts that nobody has confirmed."""
    settings = current_app.config["SETTINGS"]
    tries, links, unconfirmed = (
        now() - timedelta(days=days)
        for days in (settings.keep_attempts_days, settings.keep_links_days, settings.keep_unconfirmed_days)
    )
    db.session.query(Attempt).filter(Attempt.at < tries).delete()
    db.session.query(Session).filter(Session.expires_at < now()).delete()
    db.session.query(OneTimeLink).filter(OneTimeLink.expires_at < links).delete()
    never = (User.verified_at.is_(None), User.left_at.is_(None), User.created_at < unconfirmed)
    for user in db.session.scalars(select(User).where(*never)).all():
        leave(user)
    db.session.commit()


def tries_of(what, key, limit):
    """When it was tried within the window, the oldest first."""
    mine = (Attempt.what == what, Attempt.who_hash == key, Attempt.at > now() - limit.window)
    return db.session.scalars(select(Attempt.at).where(*mine).order_by(Attempt.at)).all()


def limit_key(kind, who):
    key = current_app.config["SETTINGS"].secret_key.encode()
    return hmac.new(key, f"{kind}:{normal(who)}".encode(), hashlib.sha256).hexdigest()[:32]
