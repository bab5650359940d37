"""The log of letters: what became of each, by state, person, kind and time; a failed one sent again."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager, lazyload

from exchange.accounts.models import User
from exchange.core import journal
from exchange.core.models import db, now
from exchange.core.pages import page_count
from exchange.notifications.models import STATES, Letter
from exchange.practices.models import Practice

PAGE = 50
# Kinds whose text holds nothing that opens anything; every other is not shown again.
PLAIN = {"membership-asked", "membership-decided", "word-proposed", "word-decided", "address-changed"}
ABOUT_A_CASE = {
    "submitted",
    "case-waits",
    "taken",
    "changes",
    "approved",
    "published",
    "rejected",
    "withdrawal-asked",
    "withdrawn",
    "mending-due",
    "appeal-asked",
    "appeal-decided",
    "planned",
    "restored",
    "evaluation-added",
    "evaluation-decided",
    "translation-waits",
    "translation-decided",
    "merged",
    "city-word",
    "case-disputed",
    "due-set",
    "clearance-answer",
    "freshness-answer",
}
IN_STATE = {
    "waiting": (
        Letter.sent_at.is_(None),
        Letter.failed_at.is_(None),
        Letter.bounced_at.is_(None),
        Letter.tries == 0,
    ),
    "put off": (
        Letter.sent_at.is_(None),
        Letter.failed_at.is_(None),
        Letter.bounced_at.is_(None),
        Letter.tries > 0,
    ),
    "sent": (Letter.sent_at.is_not(None), Letter.bounced_at.is_(None), Letter.failed_at.is_(None)),
    "failed": (Letter.failed_at.is_not(None), Letter.bounced_at.is_(None)),
    "bounced": (Letter.bounced_at.is_not(None),),
}


class NotFailed(Exception):
    """Only a letter that did not arrive is sent again; this one waits or has gone meanwhile."""


@dataclass(frozen=True)
class Wish:
    """Which letters are asked for; what is empty asks for nothing."""

    state: str = ""  # one of STATES
    kind: str = ""
    words: str = ""  # in the address or the person's name
    since: date | None = None
    until: date | None = None
    page: int = 1

    @property
    def is_narrowed(self):
        return bool(self.state or self.kind or self.words or self.since or self.until)


def letters(wish):
    """(letters of a page, how many there are, which page), the latest first; people come along."""
    found = narrowed(select(Letter).outerjoin(User, User.id == Letter.user_id), wish)
    total = db.session.scalar(found.with_only_columns(func.count(Letter.id)))
    page = max(1, min(wish.page, page_count(total, PAGE)))
    alone = contains_eager(Letter.user).options(lazyload(User.grants), lazyload(User.memberships))
    rows = found.options(alone).order_by(Letter.id.desc()).limit(PAGE).offset((page - 1) * PAGE)
    return db.session.scalars(rows).all(), total, page


def narrowed(found, wish):
    if wish.state:
        found = found.where(*IN_STATE[wish.state])
    if wish.kind:
        found = found.where(Letter.kind == wish.kind)
    if wish.words:
        holds = (column.icontains(wish.words, autoescape=True) for column in (Letter.address, User.name))
        found = found.where(or_(*holds))
    if wish.since:
        found = found.where(Letter.at >= start_of(wish.since))
    if wish.until:
        found = found.where(Letter.at < start_of(wish.until + timedelta(days=1)))
    return found


def start_of(day):
    return datetime.combine(day, time(), UTC)


def counts():
    """State → how many letters are in it."""
    columns = (
        func.count(Letter.id).filter(*IN_STATE[state]).label(state.replace(" ", "_")) for state in STATES
    )
    return dict(zip(STATES, db.session.execute(select(*columns)).one(), strict=True))


def kinds():
    """Every kind of which there is a letter."""
    return db.session.scalars(select(Letter.kind).distinct().order_by(Letter.kind)).all()


def find(letter_id):
    return db.session.get(Letter, letter_id)


def may_be_read(letter, by):
    """'' when this person may read the letter's text, else why not: 'secret' or 'case'.

    Who looks after the machine reads no more of a case for it than its page shows them.
    """
    if letter.kind == "digest":
        parts = (find(one) for one in letter.details.get("letters", ()))
        return next((why for part in parts if part and (why := may_be_read(part, by))), "")
    if letter.kind in PLAIN:
        return ""
    if letter.kind not in ABOUT_A_CASE:
        return "secret"
    public_id = (letter.subject or "").removeprefix("practice:")
    practice = db.session.scalar(select(Practice).where(Practice.public_id == public_id))
    return "" if practice and practice.may_be_seen_by(by) else "case"


def send_again(letter, by):
    """A letter that failed or came back waits anew, under the same Message-ID, for the address of now.

    Raises NotFailed when it waits or went meanwhile.
    """
    db.session.refresh(letter, with_for_update=True)
    if letter.state not in ("failed", "bounced"):
        raise NotFailed(letter.state)
    letter.address = address_of(letter)
    letter.sent_at = letter.failed_at = letter.bounced_at = letter.error = None
    letter.tries, letter.next_try_at, letter.bounced_for_good = 0, now(), False
    journal.record("send letter again", f"letter:{letter.id}", by, news=False, kind=letter.kind)


def address_of(letter):
    """Where it goes now: a letter about an address stays with that address."""
    moved = letter.user and letter.user.is_active and "link_id" not in letter.details
    return letter.user.email if moved and letter.kind != "address-changed" else letter.address


def unsent():
    """Letters that wait or failed, oldest first."""
    undone = select(Letter).where(Letter.sent_at.is_(None), Letter.bounced_at.is_(None))
    return db.session.scalars(undone.order_by(Letter.id)).all()


def failing():
    """Letters with at least one failed try."""
    undone = (Letter.sent_at.is_(None), Letter.bounced_at.is_(None))
    tried = or_(Letter.tries > 0, Letter.failed_at.is_not(None))
    return db.session.scalars(select(Letter).where(*undone, tried).order_by(Letter.id)).all()


def bounced():
    """Letters that came back, oldest first."""
    return db.session.scalars(select(Letter).where(*IN_STATE["bounced"]).order_by(Letter.id)).all()


def paused():
    """How many people have an address that no letter reaches."""
    here = (User.mail_paused_at.is_not(None), User.left_at.is_(None))
    return db.session.scalar(select(func.count(User.id)).where(*here))
