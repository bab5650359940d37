"""What several verbs need: the refusal, text that a database takes, sealed names, a row for oneself."""

import hashlib
import hmac

from flask import current_app

from exchange.core.models import db


class Refused(Exception):
    """The account service says no; the message is a key for the sentence that the person reads."""


def normal(email):
    return storable(email).lower()


def storable(text):
    """Text that any database can be asked about: PostgreSQL refuses the null character."""
    return (text or "").replace("\x00", "").strip()


def subject(user):
    return f"user:{user.id}"


def seal(purpose, name):
    """What a letter carries: the name, and a code that only this installation can make, for this purpose."""
    return f"{name}.{code_of(purpose, name)}"


def unseal(purpose, token):
    """The name that `seal` sealed for this purpose, or None."""
    name, _, code = token.partition(".")
    return name if hmac.compare_digest(code.encode(), code_of(purpose, name).encode()) else None


def code_of(purpose, name):
    key = current_app.config["SETTINGS"].secret_key.encode()
    return hmac.new(key, f"{purpose}:{name}".encode(), hashlib.sha256).hexdigest()[:40]


def read_again(row, name):
    """Take a row for ourselves until the commit, and see what others made of it before."""
    db.session.flush()  # or what we changed ourselves would be forgotten
    db.session.refresh(row, [name], with_for_update=True)
