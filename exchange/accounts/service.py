"""The verbs of people: sign up, sign in, one-time links, membership, roles. The caller commits.

Known and unknown addresses cost the same work and get the same answer.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask import current_app
from sqlalchemy import func, select
from zxcvbn import zxcvbn

from exchange.accounts.models import Attempt, City, Membership, OneTimeLink, RoleGrant, Session, User
from exchange.core import journal
from exchange.core.models import db, now

SESSION_DAYS = 14
LINK_LIFE = {
    "verify": timedelta(days=3),
    "sign-in": timedelta(minutes=30),
    "reset": timedelta(hours=2),
    "invitation": timedelta(days=14),
}
LIMITS = {  # what: (tries, window)
    "sign-in": (10, timedelta(minutes=15)),
    "letter": (5, timedelta(hours=1)),
    "sign-up": (10, timedelta(hours=1)),
}
MIN_PASSWORD, MAX_PASSWORD = 12, 200

hasher = PasswordHasher()


class Refused(Exception):
    """The account service says no; the message is one that the person may read."""


class TooManyTries(Refused):
    pass


# People


def find_user(email):
    return db.session.scalar(select(User).where(User.email == normal(email)))


def normal(email):
    return (email or "").strip().lower()


def sign_up(email, name, password, language, city=None, department=None):
    """Ask for an account. A letter goes to the address either way; nothing tells whether it was known."""
    password_hash = hasher.hash(password)
    known = find_user(email)
    if known:
        journal.tell("account letter", kind="known-address", user_id=known.id)
        return
    user = User(email=normal(email), name=name.strip(), password_hash=password_hash, language=language)
    db.session.add(user)
    db.session.flush()
    journal.record("sign up", subject(user), user, news=False)
    if city:
        ask_membership(user, city, department)
    send_link("verify", user)


def subject(user):
    return f"user:{user.id}"


def set_password(user, password):
    """A new password; every other browser is signed out."""
    user.password_hash = hasher.hash(password)
    end_sessions(user)
    journal.record("set password", subject(user), user, news=False)


def weakness(password, *own_words):
    """Why a password is too weak, as a key of the form's messages, or None when it will do."""
    if len(password) < MIN_PASSWORD:
        return "short"
    if len(password) > MAX_PASSWORD:
        return "long"
    return "guessable" if zxcvbn(password[:72], own_words)["score"] < 3 else None


def check_password(email, password):
    """The user of that address and password, or None; the same work is done either way."""
    user = find_user(email)
    try:
        hasher.verify(user.password_hash if user and user.password_hash else dummy_hash(), password)
    except (VerifyMismatchError, InvalidHashError):
        return None
    if not (user and user.password_hash and user.is_active):
        return None
    if hasher.check_needs_rehash(user.password_hash):
        user.password_hash = hasher.hash(password)
    return user


def dummy_hash():
    """A hash that no password opens, made once, so that unknown addresses take as long as known ones."""
    if not hasattr(dummy_hash, "made"):
        dummy_hash.made = hasher.hash(secrets.token_urlsafe(32))
    return dummy_hash.made


# Sessions


def start_session(user, agent=""):
    """Sign this browser in; returns the token for its cookie. Only the hash of it is kept."""
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
    journal.record("sign in", subject(user), user, news=False)
    return token


def find_session(token):
    """The live session of a cookie's token, or None: expired, revoked, suspended, left."""
    row = db.session.get(Session, hashed(token))
    return row if row and row.expires_at > now() and row.user.is_active else None


def hashed(token):
    return hashlib.sha256(token.encode()).hexdigest()


def end_session(row):
    db.session.delete(row)


def end_sessions(user):
    for row in db.session.scalars(select(Session).where(Session.user_id == user.id)):
        db.session.delete(row)


# One-time links


def make_link(purpose, user=None, email=None, by=None, **more):
    """A new one-time link; its token is `token_of(link)`."""
    link = OneTimeLink(
        id=secrets.token_urlsafe(12),
        purpose=purpose,
        user_id=user.id if user else None,
        email=user.email if user else normal(email),
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


def token_of(link):
    """What the letter carries: the link's id, and a code that only this installation can make."""
    return f"{link.id}.{code_of(link.id)}"


def code_of(link_id):
    key = current_app.config["SETTINGS"].secret_key.encode()
    return hmac.new(key, b"one-time-link:" + link_id.encode(), hashlib.sha256).hexdigest()[:40]


def find_link(token):
    """The link that a token opens, still unused and in time, or None."""
    link_id, _, code = token.partition(".")
    if not hmac.compare_digest(code.encode(), code_of(link_id).encode()):
        return None
    link = db.session.get(OneTimeLink, link_id)
    usable = link and not link.used_at and link.expires_at > now()
    return link if usable and (link.user is None or link.user.is_active) else None


def use_link(link):
    """Mark it used and return its user, whose address is thereby proven. Raises Refused when used."""
    db.session.refresh(link, with_for_update=True)
    if link.used_at:
        raise Refused("used")
    link.used_at = now()
    user = link.user
    if user and not user.verified_at:
        user.verified_at = now()
    return user


# Cities and roles


def find_city(slug):
    return db.session.scalar(select(City).where(City.slug == slug))


def cities():
    return db.session.scalars(select(City).order_by(City.name)).all()


def member_cities():
    return db.session.scalars(select(City).where(City.is_member).order_by(City.name)).all()


def ask_membership(user, city, department=None):
    """Ask to work for a city; its admin or a coordinator answers. Asking twice does nothing."""
    known = next((m for m in user.memberships if m.city_id == city.id), None)
    if known and known.state in ("requested", "approved"):
        return known
    member = known or Membership(user=user, city=city)
    member.state, member.department, member.requested_at = "requested", department, now()
    db.session.add(member)
    db.session.flush()
    journal.record("ask membership", subject(user), user, city=city.slug, membership=member.id)
    return member


def decide_membership(member, approve, by, as_admin=False):
    """Let a person in for a city, or not. Raises Refused when that was decided meanwhile."""
    if member.state != "requested":
        raise Refused("decided")
    member.state = "approved" if approve else "declined"
    member.is_admin = approve and as_admin
    member.decided_at, member.decided_by_id = now(), by.id
    journal.record(f"membership {member.state}", subject(member.user), by, membership=member.id)


def may_decide_membership(user, city_id):
    return user.is_authenticated and (user.is_coordinator or user.is_admin_of(city_id))


def end_membership(member, by):
    member.state, member.is_admin = "ended", False
    journal.record("membership ended", subject(member.user), by, membership=member.id)


def grant(user, role, by=None):
    """Give a role; the person's sessions end, so that the next sign-in carries it."""
    if role in user.roles:
        return
    user.grants.append(RoleGrant(role=role, granted_by_id=by.id if by else None))
    end_sessions(user)
    journal.record("grant role", subject(user), by, news=False, role=role)


def revoke(user, role, by=None):
    user.grants = [held for held in user.grants if held.role != role]
    end_sessions(user)
    journal.record("revoke role", subject(user), by, news=False, role=role)


def suspend(user, by, reason):
    user.suspended_at = now()
    end_sessions(user)
    journal.record("suspend", subject(user), by, news=False, reason=reason)


def restore(user, by):
    user.suspended_at = None
    journal.record("restore", subject(user), by, news=False)


def leave(user):
    """The person leaves: signed out everywhere, memberships ended, the address freed."""
    for member in user.memberships:
        if member.state in ("requested", "approved"):
            end_membership(member, user)
    user.grants = []
    user.left_at = now()
    user.password_hash = None
    user.email = f"left-{user.id}@left.invalid"
    user.name = "–"
    end_sessions(user)
    journal.record("leave", subject(user), user, news=False)


# Limits


def count_try(what, *who):
    """Count one more try from each of `who` (addresses, hosts); raises TooManyTries over the limit.

    Commits at once, so that a refused try counts too.
    """
    most, window = LIMITS[what]
    keys = [limit_key(one) for one in who]
    since = now() - window
    for key in keys:
        tries = db.session.scalar(
            select(func.count(Attempt.id)).where(
                Attempt.what == what, Attempt.who_hash == key, Attempt.at > since
            )
        )
        if tries >= most:
            raise TooManyTries(what)
    db.session.add_all(Attempt(what=what, who_hash=key) for key in keys)
    db.session.commit()


def limit_key(who):
    key = current_app.config["SETTINGS"].secret_key.encode()
    return hmac.new(key, (who or "?").lower().encode(), hashlib.sha256).hexdigest()[:32]


def sweep():
    """Forget old tries, ended sessions and links past their end."""
    db.session.query(Attempt).filter(Attempt.at < now() - timedelta(days=1)).delete()
    db.session.query(Session).filter(Session.expires_at < now()).delete()
    db.session.query(OneTimeLink).filter(OneTimeLink.expires_at < now() - timedelta(days=30)).delete()
    db.session.commit()
