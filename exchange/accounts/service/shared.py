"""What several verbs need: the refusal, text that a database takes, a row for oneself."""

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


def read_again(row, name):
    """Take a row for ourselves until the commit, and see what others made of it before."""
    db.session.flush()  # or what we changed ourselves would be forgotten
    db.session.refresh(row, [name], with_for_update=True)
