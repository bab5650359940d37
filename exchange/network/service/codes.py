"""Short names in addresses: six characters that are easy to read out; in use never, reused never."""

import re
import secrets

from sqlalchemy import select

from exchange.core.models import db
from exchange.practices.service import ALPHABET

CODE = re.compile(f"[{ALPHABET}]{{6}}")


def new_code(column):
    """One that no row has in this column (`Event.public_id`, for instance)."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(6))
        if db.session.scalar(select(column).where(column == code)) is None:
            return code


def is_code(text):
    return bool(CODE.fullmatch(text or ""))
