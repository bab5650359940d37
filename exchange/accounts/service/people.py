"""People found, made and changed."""

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import lazyload

from exchange.accounts.models import User
from exchange.accounts.service.shared import normal, storable, subject
from exchange.core import journal
from exchange.core.models import db
from exchange.core.pages import page_count

PAGE = 50


def find_user(email):
    """The user of an address, or None: one query either way, so that the time tells nothing."""
    alone = (lazyload(User.grants), lazyload(User.memberships))
    return db.session.scalar(select(User).where(User.email == normal(email)).options(*alone))


def find_accounts(words, page):
    """Accounts whose name or address holds the words, by name: (users of a page, how many, which page)."""
    words = storable(words)
    found = select(User).where(User.left_at.is_(None))
    if words:
        found = found.where(
            or_(User.name.icontains(words, autoescape=True), User.email.icontains(words, autoescape=True))
        )
    total = db.session.scalar(select(func.count()).select_from(found.subquery()))
    page = max(1, min(page, page_count(total, PAGE)))
    rows = found.order_by(User.name, User.id).limit(PAGE).offset((page - 1) * PAGE)
    return db.session.scalars(rows).all(), total, page


def history(user, limit=20):
    """What was done with an account, the latest first: the audit's lines."""
    lines = select(journal.AuditLine).where(journal.AuditLine.subject == subject(user))
    return db.session.scalars(lines.order_by(journal.AuditLine.id.desc()).limit(limit)).all()


def new_user(email, **answers):
    """A user of that address, just made – or just made by someone quicker."""
    user = User(email=normal(email), **answers)
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError:
        return find_user(email)
    return user


def change_details(user, name, language, letters=None):
    user.name, user.language, user.letters = name, language, letters or user.letters
    journal.record("change details", subject(user), user, news=False)
