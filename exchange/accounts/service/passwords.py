"""Passwords chosen and checked."""

import re
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from zxcvbn import zxcvbn

from exchange.accounts.service.links import void_links
from exchange.accounts.service.people import find_user
from exchange.accounts.service.sessions import end_sessions
from exchange.accounts.service.shared import subject
from exchange.core import journal

MIN_PASSWORD, MAX_PASSWORD = 12, 200
ZXCVBN_SEES = 72  # it raises over that
hasher = PasswordHasher()


def set_password(user, password):
    """A new password; every browser is signed out, and links sent before open nothing."""
    user.password_hash = hasher.hash(password)
    end_sessions(user)
    void_links(user)
    journal.record("set password", subject(user), user, news=False)


def weakness(password, *own_words):
    """Why a password is too weak, as a key of the form's messages, or None when it will do."""
    if len(password) < MIN_PASSWORD:
        return "short"
    if len(password) > MAX_PASSWORD:
        return "long"
    pieces = [piece for word in own_words if word for piece in (word, *re.split(r"\W+", word))]
    return "guessable" if zxcvbn(password[:ZXCVBN_SEES], pieces)["score"] < 3 else None


def check_password(email, password):
    """The user of that address and password, or None; the same work is done either way."""
    spare = dummy_hash()
    user = find_user(email)
    try:
        hasher.verify(user.password_hash if user and user.password_hash else spare, password)
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
