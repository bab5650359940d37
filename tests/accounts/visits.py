"""What these tests do again and again: fill in a form as a browser does, open the letter, count the work."""

import re
from collections import Counter
from contextlib import contextmanager

from sqlalchemy import Engine, event, select

from exchange.accounts import service
from exchange.accounts.models import OneTimeLink, User
from exchange.core.journal import AuditLine, News
from exchange.core.models import db
from tests import cast

TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE) (\w+)")


def secret_in(page):
    """The secret of the form on a page."""
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]


def hidden_in(page, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.text)[1]


def send(client, path, on=None, **fields):
    """Open the page (`on`, else the path itself), fill its form in and send it to the path."""
    headers = fields.pop("headers", {})
    return client.post(
        path, data={"csrf_token": secret_in(client.get(on or path)), **fields}, headers=headers
    )


def sign_up(client, email, **more):
    answers = {"name": "Nadia", "password": cast.PASSWORD, "city": "", "department": "", "language": "en"}
    return send(client, "/sign-up", email=email, **{**answers, **more})


def sign_in(client, email, password=cast.PASSWORD, **more):
    return send(client, "/sign-in", email=email, password=password, **more)


def commit(app, *makers):
    """Put people on the stage: each maker is called, what it returned comes back, committed."""
    with app.app_context():
        made = [maker() for maker in makers]
        db.session.commit()
    return made if len(made) > 1 else made[0]


def news(app):
    """What the worker is still to deal with: [(act, payload)], oldest first."""
    with app.app_context():
        rows = db.session.scalars(select(News).where(News.done_at.is_(None)).order_by(News.id))
        return [(row.act, row.payload) for row in rows]


def letters(app):
    """The links that are posted: those whose letter the worker will write."""
    ids = [payload["link_id"] for act, payload in news(app) if act == "link letter"]
    with app.app_context():
        found = [db.session.get(OneTimeLink, link_id) for link_id in ids]
        return [link for link in found if link and not link.used_at]


def link_in_letter(app, number=-1):
    with app.app_context():
        return f"/links/{service.token_of(letters(app)[number])}"


def audit(app):
    """[(act, subject, by_id, details)], oldest first."""
    with app.app_context():
        rows = db.session.scalars(select(AuditLine).order_by(AuditLine.id))
        return [(row.act, row.subject, row.by_id, row.details) for row in rows]


def user(app, email):
    """A person as the database knows them now."""
    with app.app_context():
        return db.session.scalar(select(User).where(User.email == email))


def is_signed_in(client):
    return client.get("/account").status_code == 200


@contextmanager
def statements():
    """Count what is asked of the database inside, by verb and table."""
    seen = Counter()

    def note(_connection, _cursor, statement, *_more):
        verb = statement.split()[0]
        if verb in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            seen[f"{verb} {TABLE.search(statement)[1]}"] += 1

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


class CountingHasher:
    """The real hasher, which counts how often it is put to work."""

    def __init__(self, hasher):
        self.hasher, self.count = hasher, 0

    def hash(self, password):
        self.count += 1
        return self.hasher.hash(password)

    def verify(self, password_hash, password):
        self.count += 1
        return self.hasher.verify(password_hash, password)

    def check_needs_rehash(self, password_hash):
        return self.hasher.check_needs_rehash(password_hash)
