"""How much one account may write in a day: a new one a little, any one not without end."""

from datetime import timedelta

from flask import current_app
from sqlalchemy import func, select

from exchange.core.models import db, now
from exchange.network.service.talk.kinds import KINDS

DAY = timedelta(days=1)
MOST = 60  # things of all kinds, by anybody


class TooMuch(Exception):
    """The day's measure is full; `most` says how much it is, `is_new` whether because the account is new."""

    def __init__(self, most, is_new=False):
        super().__init__(f"at most {most} a day")
        self.most, self.is_new = most, is_new


def is_new(user):
    """Whether an account is so young that it writes little; moderators are known to us."""
    settings = current_app.config["SETTINGS"]
    return not user.is_moderator and user.created_at > now() - timedelta(days=settings.new_account_days)


def check_writing(user):
    """Raises TooMuch when this person has written enough today, of whatever kind."""
    settings = current_app.config["SETTINGS"]
    most = settings.new_account_posts if is_new(user) else MOST
    if sum(written(kind.model, user) for kind in KINDS.values() if kind.counted) >= most:
        raise TooMuch(most, is_new(user))


def check_day(user, model, most):
    """The same for one table alone: anything with `by_id` and `at`."""
    if written(model, user) >= most:
        raise TooMuch(most)


def written(model, user):
    """How many rows of a table this person wrote within a day."""
    mine = (model.by_id == user.id, model.at > now() - DAY)
    return db.session.scalar(select(func.count()).select_from(model).where(*mine))
