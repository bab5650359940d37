"""Which news becomes which letter, and when a person gets none.

Two steps, so that nothing is lost and nothing is sent twice: news makes letter rows (unique by news
and recipient), and each row is handed to the mail server on its own, with its own tries (`posting`).
"""

import hashlib
import hmac

from flask import current_app
from sqlalchemy import select

from exchange.accounts.models import User
from exchange.core.models import db, now
from exchange.notifications import asked, drafting, following, ledger, talking, vetted
from exchange.notifications import recipients as to
from exchange.notifications.models import Letter
from exchange.notifications.wording import ASKED, MUST

LETTERS = {  # news → [(letter, to whom)]
    "link letter": [("link", to.owner_of_link)],
    "account letter": [("known-address", to.one_user)],
    "change address": [("address-changed", to.owner_of_old_address)],
    "ask membership": [("membership-asked", to.deciders)],
    "membership approved": [("membership-decided", to.member_of)],
    "membership declined": [("membership-decided", to.member_of)],
    "submit": [("submitted", to.authors), ("case-waits", to.coordinators)],
    "take": [("taken", to.authors)],
    "request changes": [("changes", to.authors)],
    "approve": [("approved", to.authors_who_wait)],
    "publish": [("published", to.authors)],
    "reject": [("rejected", to.authors)],
    "ask withdrawal": [("withdrawal-asked", to.coordinators)],
    "make tombstone": [("withdrawn", to.authors)],
    "make public": [("restored", to.authors)],
    "appeal": [("appeal-asked", to.judges_of_appeal)],
    "uphold": [("appeal-decided", to.authors)],
    "reopen": [("appeal-decided", to.authors)],
    "plan publication": [("planned", to.authors)],
    "cancel publication": [("planned", to.authors)],
    "accept evaluation": [("evaluation-decided", to.proposer), ("evaluation-added", to.authors)],
    "decline evaluation": [("evaluation-decided", to.proposer)],
    "remove evaluation": [("evaluation-decided", to.proposer)],
    "assign": [("assigned", to.assigned)],
    "claims end soon": [("claims-end", to.one_user)],
    "claims lapsed": [("claims-lapsed", to.one_user)],
    "reviews due": [("reviews-due", to.one_user)],
    "mending due": [("mending-due", to.authors)],
    "propose word": [("word-proposed", to.coordinators)],
    "proposal taken": [("word-decided", to.proposer_of_word)],
    "proposal declined": [("word-decided", to.proposer_of_word)],
    "submit translation": [("translation-waits", to.readers_of_both)],
    "publish translation": [("translation-decided", to.translators)],
    "ask translation": [("translation-decided", to.translators)],
    "reject translation": [("translation-decided", to.translators)],
    "remove translation": [("translation-decided", to.translators)],
    "merge": [("merged", to.authors)],
    "save search": [("alert-confirm", to.asked_reader)],
    "new cases": [("alert", to.reader_of_search)],
    "ask to clear": [("clearance", asked.asked_person)],
    "remind to clear": [("clearance", asked.asked_person)],
    "clear text": [("clearance-answer", to.authors_once_all_clear)],
    "object to text": [("clearance-answer", to.authors)],
    "send question": [("colleague", asked.asked_person)],
    "answer question": [("colleague-answered", to.authors)],
    "tell city": [("city-notice", asked.asked_person)],
    "endorsement confirmed": [("city-word", to.other_authors)],
    "endorsement disputed": [("city-word", to.other_authors), ("case-disputed", to.judges)],
    "endorsement ended": [("city-word", to.other_authors)],
    "text held back": [("held-back", to.one_user)],
    "text held no more": [("held-no-more", to.one_user)],
    "set due date": [("due-set", to.holder_of_review)],
    "take over": [("city-took-over", to.one_user)],
    "city replied": [("city-replied", to.coordinators), ("city-replied", to.authors)],
    "ask whether fresh": [("freshness", asked.asked_person)],
    "remind of freshness": [("freshness", asked.asked_person)],
    "freshness changed": [("freshness-answer", to.authors)],
    "freshness ended": [("freshness-answer", to.authors)],
    "freshness contact": [("freshness-answer", to.authors)],
    "freshness handed-over": [("freshness-answer", to.authors)],
    **drafting.LETTERS,
    **talking.LETTERS,
    **vetted.LETTERS,
    **ledger.LETTERS,
    "open batch": [("batch-opened", to.sender_of_batch)],
    "write to city": [("batch-city", to.city_of_batch)],
    "approve batch": [("batch-approved", to.sender_of_batch)],
}
for followed, more in following.LETTERS.items():
    LETTERS[followed] = [*LETTERS.get(followed, ()), *more]
ALWAYS = ASKED | {"alert-confirm", "alert"}  # what the reader asked for in so many words


def wants(user, kind):
    """Whether a person's preference lets this kind of letter through at all."""
    if user is None or kind in ALWAYS:
        return True
    return user.letters in ("all", "daily") or (user.letters == "must" and kind in MUST)


def may_wait(user, kind):
    """Whether it goes into the daily letter instead of going at once."""
    return user is not None and user.letters == "daily" and kind not in ALWAYS | MUST


def write_letters(news):
    """Make the letter rows of one piece of news; called twice, it makes them once."""
    for kind, recipients in LETTERS[news["act"]]:
        for user, address in recipients(news):
            key = f"{news['news_id']}:{kind}:{address}"
            if not wants(user, kind) or db.session.scalar(select(Letter.id).where(Letter.key == key)):
                continue
            db.session.add(
                Letter(
                    key=key,
                    kind=kind,
                    user_id=user.id if user else None,
                    address=address,
                    language=(user.language if user else None) or news.get("language") or "en",
                    details={k: v for k, v in news.items() if k not in ("news_id", "old")},
                    subject=news.get("subject"),
                    message_id=message_id(key),
                    for_digest=may_wait(user, kind),
                )
            )


def message_id(key):
    """The same letter has the same id for ever: a mail program shows a repeated one once.

    Nobody but its reader can know it, so that nobody else can say that the letter came back.
    """
    settings = current_app.config["SETTINGS"]
    digest = hmac.new(settings.secret_key.encode(), f"letter:{key}".encode(), hashlib.sha256).hexdigest()
    return f"<{digest[:32]}@{settings.host}>"


def follow_address(news):
    """Handler: letters that wait go to the address that was proven, what is no task as one daily letter."""
    user = db.session.get(User, int(news["subject"].removeprefix("user:")))
    waiting = select(Letter).where(
        Letter.user_id == user.id, Letter.sent_at.is_(None), Letter.kind.not_in(ASKED)
    )
    for letter in db.session.scalars(waiting.where(Letter.failed_at.is_(None), Letter.bounced_at.is_(None))):
        letter.address, letter.next_try_at = user.email, now()
        letter.for_digest = letter.kind not in ALWAYS | MUST
