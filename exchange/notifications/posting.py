"""How letters go: one after the other with their own tries, or gathered into their reader's daily letter."""

import re
import smtplib
from datetime import timedelta
from itertools import groupby

from flask import current_app
from sqlalchemy import and_, delete, or_, select

from exchange.accounts.models import User
from exchange.core.models import db, now
from exchange.notifications import bounces, mailer
from exchange.notifications.models import Letter
from exchange.notifications.service import message_id, wants
from exchange.notifications.things import things_of
from exchange.notifications.wording import ASKED, words_of

MAX_TRIES = 12
KEPT = timedelta(days=30)  # letters of alerts that went
DIGEST_AFTER = timedelta(hours=20)  # that the oldest of its parts has waited
MOST_NAMED = 10  # letters of the same thread that one refers to
NO_SUCH_ADDRESS = re.compile(r"\b5\.1\.\d+\b")
OPEN = (Letter.sent_at.is_(None), Letter.failed_at.is_(None), Letter.bounced_at.is_(None))
REACHABLE = or_(User.id.is_(None), User.mail_paused_at.is_(None))


# The daily letter


def write_digests():
    """Put what has waited for its reader's daily letter into one; at most one a day for each reader."""
    waiting = db.session.scalars(
        select(Letter)
        .join(User, User.id == Letter.user_id)
        .where(Letter.for_digest, *OPEN, REACHABLE)
        .order_by(Letter.user_id, Letter.id)
    ).all()
    for user, letters in groupby(waiting, key=lambda letter: letter.user):
        letters = list(letters)
        if letters[0].at <= now() - DIGEST_AFTER:
            write_digest(user, letters)
    db.session.commit()


def write_digest(user, letters):
    """One letter of those that the reader still wants; what they chose meanwhile holds."""
    wanted = [letter for letter in letters if wants(user, letter.kind)]
    for letter in letters:
        letter.sent_at = now()
        letter.error = None if letter in wanted else "not sent: its reader has chosen otherwise"
    if not wanted:
        return
    key = f"digest:{user.id}:{letters[0].id}"
    db.session.add(
        Letter(
            key=key,
            kind="digest",
            user=user,
            address=user.email,
            language=user.language or "en",
            details={"act": "digest", "letters": [letter.id for letter in wanted]},
            message_id=message_id(key),
        )
    )


# On their way


def post_letters(limit=100):
    """Hand waiting letters to the mail server; returns how many it took. Never raises."""
    waiting = db.session.scalars(due().limit(limit)).all()
    db.session.commit()
    if not waiting:
        return 0
    try:
        with mailer.open_mailer(current_app.config["SETTINGS"]) as send:
            return sum(post(letter_id, send) for letter_id in waiting)
    except mailer.ServerAway as error:
        for letter_id in waiting:
            put_off(letter_id, error)
        return 0


def due():
    """The ids of letters whose turn it is; nothing goes to a paused address but what is asked for there."""
    return (
        select(Letter.id)
        .outerjoin(User, User.id == Letter.user_id)
        .where(*OPEN, Letter.for_digest.is_(False), Letter.next_try_at <= now())
        .where(or_(REACHABLE, Letter.kind.in_(ASKED)))
        .order_by(Letter.id)
    )


def post(letter_id, send):
    letter = db.session.get(Letter, letter_id)
    if letter.sent_at:
        return 0
    try:
        if things := things_of(letter):
            send(compose(letter, things))
    except Exception as error:
        db.session.rollback()
        put_off(letter_id, error)
        return 0
    letter.sent_at, letter.error = now(), None if things else "not sent: there was nothing left to tell"
    db.session.commit()
    return 1


def compose(letter, things):
    """The letter as an EmailMessage, in its reader's language and in the thread of what it speaks of."""
    subject, body = words_of(letter, things)
    settings = current_app.config["SETTINGS"]
    mail = mailer.message(settings, letter, subject, body, things.get("stop_address", ""), before(letter))
    if things.get("reply_to"):
        mail["Reply-To"] = things["reply_to"]
    return mail


def before(letter):
    """The ids of the letters of the same thread that went to the same address, oldest first."""
    if not letter.subject:
        return []
    same = (Letter.subject == letter.subject, Letter.address == letter.address, Letter.id < letter.id)
    went = (Letter.sent_at.is_not(None), Letter.error.is_(None), Letter.for_digest.is_(False))
    last = select(Letter.message_id).where(*same, *went).order_by(Letter.id.desc()).limit(MOST_NAMED)
    return db.session.scalars(last).all()[::-1]


def put_off(letter_id, error):
    """Try again later, each time after a longer while – but not where the server knows no such address."""
    letter = db.session.get(Letter, letter_id)
    letter.tries += 1
    letter.error = f"{type(error).__name__}: {error}"[:500]
    letter.next_try_at = now() + timedelta(seconds=min(15 * 2**letter.tries, 6 * 3600))
    if letter.tries >= MAX_TRIES:
        letter.failed_at = now()
    if refusal := no_such_address(error):
        bounces.mark(letter, refusal, for_good=True)
    db.session.commit()


def no_such_address(error):
    """What the server said of an address that there is not, or ''; other refusals may be our own fault."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return ""
    answers = [f"{code} {text.decode(errors='replace')}" for code, text in error.recipients.values()]
    return next((text for text in answers if text[:1] == "5" and NO_SUCH_ADDRESS.search(text)), "")


def sweep():
    """By the clock: letters that are dealt with are forgotten, those of alerts sooner."""
    kept = timedelta(days=current_app.config["SETTINGS"].keep_letters_days)
    of_alerts = (Letter.kind.in_(("alert", "alert-confirm")), Letter.sent_at < now() - KEPT)
    done = or_(Letter.sent_at.is_not(None), Letter.failed_at.is_not(None), Letter.bounced_at.is_not(None))
    db.session.execute(delete(Letter).where(or_(and_(*of_alerts), and_(done, Letter.at < now() - kept))))
    db.session.commit()
