"""What the tests of letters play with: reports of letters that came back, as mail servers write them."""

from exchange import reactions
from exchange.core.models import db
from exchange.moderation import service as moderation
from exchange.notifications.models import Letter
from tests import cast

POSTFIX = """\
Return-Path: <>
From: MAILER-DAEMON@mail.example (Mail Delivery System)
To: exchange@127.0.0.1
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b/mail.example"

This is a MIME-encapsulated message.

--b/mail.example
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--b/mail.example
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example
X-Postfix-Queue-ID: 4F2A91
Arrival-Date: Thu, 26 Nov 2026 07:00:00 +0000 (UTC)

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.porto.example
Diagnostic-Code: smtp; {words}

--b/mail.example
Content-Type: {original}

{headers}

--b/mail.example--
"""
WORDS = "550 5.1.1 <{address}>: Recipient address rejected: User unknown"


def report(letter, action="failed", status="5.1.1", words=WORDS, original="message/rfc822", message_id=None):
    """The bytes of a delivery report about a letter."""
    headers = (
        "Received: by mail.example\nFrom: Exchange <exchange@127.0.0.1>\n"
        f"To: {letter.address}\nSubject: Received: A budget\nMessage-ID: {message_id or letter.message_id}\n"
        "References: <practice-AAAAAA@127.0.0.1>\n\nHello Ana,\n"
    )
    return POSTFIX.format(
        address=letter.address,
        action=action,
        status=status,
        words=words.format(address=letter.address),
        original=original,
        headers=headers,
    ).encode()


def bare_report(letter):
    """One that brings nothing of the original along, but answers it."""
    whole = report(letter, status="5.1.10", words="smtp; not found").decode()
    head, _, rest = whole.partition("\n\n")
    without = (
        rest.partition("Content-Type: message/rfc822")[0] + "Content-Type: text/plain\n\n--b/mail.example--\n"
    )
    return f"{head}\nIn-Reply-To: {letter.message_id}\n\n{without}".encode()


def three_letters(ana, bruno, box=None):
    """Ana's case is submitted, taken and sent back: three letters to her, as they went."""
    review = moderation.submit(cast.draft(ana), ana)
    moderation.take(review, bruno)
    moderation.decide(review, "request_changes", bruno, reason="Name the source, please.")
    db.session.commit()
    reactions.react()
    return letters_to(ana)


def letters_to(user):
    return db.session.query(Letter).filter(Letter.user_id == user.id).order_by(Letter.id).all()
