"""Letters that came back: what mail servers report (RFC 3464), and what follows for letter and address."""

import email
import re
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from exchange.accounts import service as accounts
from exchange.core import journal
from exchange.core.models import db, now
from exchange.notifications.models import Letter
from exchange.search import alerts

LARGEST = 4 * 1024 * 1024  # bytes of a report that are looked at
MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
NOT_THE_ADDRESS = ("5.2.2", "5.2.3", "5.3.", "5.6.", "5.7.")  # full, too large, refused for what it says …
ENOUGH = 2  # letters that came back for good, and the address is paused
WITHIN = timedelta(days=90)


@dataclass(frozen=True)
class Report:
    """What a mail server says became of one message."""

    message_ids: list  # of the message, as far as the report names it
    action: str  # 'failed', 'delayed', 'delivered' …
    status: str  # '5.1.1', or ''
    words: str  # the server's own, in one line

    @property
    def is_failure(self):
        return self.action == "failed"

    @property
    def is_for_good(self):
        """The address itself is wrong; another letter would come back too."""
        return self.is_failure and self.status[:1] == "5" and not self.status.startswith(NOT_THE_ADDRESS)


def read(data):
    """The Report that a mail (bytes) brings, or None when it is no delivery report. Never raises."""
    mail = email.message_from_bytes(data[:LARGEST])
    parts = list(mail.walk())
    fields = next(filter(None, map(fields_of, parts)), None)
    if fields is None:
        return None
    named = [one for part in parts for one in ids_of(part)] + found_in(mail, "In-Reply-To", "References")
    diagnosis = str(fields.get("Diagnostic-Code") or "")
    words = " ".join(diagnosis.partition(";")[2].split() or diagnosis.split())
    status = STATUS.search(str(fields.get("Status") or "")) or STATUS.search(words)
    action = str(fields.get("Action") or "").strip().lower()
    return Report(list(dict.fromkeys(named)), action, status[0] if status else "", words[:300])


def fields_of(part):
    """What a message/delivery-status part says of the recipient; of several, the one who got nothing."""
    if part.get_content_type() != "message/delivery-status" or not isinstance(part.get_payload(), list):
        return None
    blocks = [block for block in part.get_payload() if not isinstance(block, str) and block.get("Action")]
    return next((one for one in blocks if str(one["Action"]).strip().lower() == "failed"), None) or next(
        iter(blocks), None
    )


def ids_of(part):
    """The Message-ID of the original, which comes along whole or by its headers alone."""
    kind, payload = part.get_content_type(), part.get_payload()
    if kind == "message/rfc822" and isinstance(payload, list):
        return [one for mail in payload for one in found_in(mail, "Message-ID")]
    if kind in ("text/rfc822-headers", "message/rfc822-headers"):
        raw = part.get_payload(decode=True)
        if raw is None and isinstance(payload, list) and payload:
            return found_in(payload[0], "Message-ID")
        return found_in(email.message_from_bytes(raw or b""), "Message-ID")
    return []


def found_in(mail, *names):
    return [one for name in names for one in MESSAGE_ID.findall(str(mail.get(name) or ""))]


def take(report):
    """Note on its letter what a report says; returns the Letter, or None when it is none of ours.

    The same report a second time, or one of a delay, changes nothing.
    """
    ours = select(Letter).where(Letter.message_id.in_(report.message_ids)).order_by(Letter.id.desc()).limit(1)
    letter = db.session.scalar(ours.with_for_update()) if report.message_ids else None
    if letter and report.is_failure:
        mark(letter, f"{report.status} {report.words}".strip(), report.is_for_good)
    return letter


def mark(letter, words, for_good):
    """The letter did not arrive; an address to which several in a row did not is paused."""
    if letter.bounced_at:
        return
    letter.bounced_at, letter.bounced_for_good, letter.error = now(), for_good, words[:500]
    db.session.flush()
    journal.record("letter bounced", f"letter:{letter.id}", news=False, for_good=for_good)
    if for_good and count(letter) >= ENOUGH:
        pause(letter)


def count(letter):
    """How many letters to this address came back for good since it was last proven."""
    came_back = select(func.count(Letter.id)).where(
        Letter.address == letter.address, Letter.bounced_for_good, Letter.bounced_at > now() - WITHIN
    )
    if letter.user and letter.user.verified_at:
        sent = func.coalesce(Letter.sent_at, Letter.bounced_at)
        came_back = came_back.where(sent >= letter.user.verified_at)
    return db.session.scalar(came_back)


def pause(letter):
    """Its person is asked for another at the next sign-in; who has no account is written to no more."""
    if letter.user is None:
        for search in alerts.searches_of(address=letter.address):
            alerts.stop(search)
    elif letter.user.email == letter.address and letter.user.is_active:
        accounts.pause_letters(letter.user)
