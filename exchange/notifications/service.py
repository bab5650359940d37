"""Which news becomes which letter, to whom; letters are rendered in the reader's language when they go.

Two steps, so that nothing is lost and nothing is sent twice: news makes letter rows (unique by news
and recipient), and each row is handed to the mail server on its own, with its own tries.
"""

import hashlib
from datetime import timedelta
from itertools import groupby

from flask import current_app, render_template
from flask_babel import Locale
from sqlalchemy import delete, or_, select

from exchange.accounts import service as accounts
from exchange.accounts.models import Membership, OneTimeLink, RoleGrant, User
from exchange.core.i18n import speaking
from exchange.core.models import db, now
from exchange.moderation.models import Review
from exchange.notifications import mailer
from exchange.notifications.models import Letter
from exchange.practices import service as practices
from exchange.practices.models import Practice
from exchange.search import alerts
from exchange.taxonomy import service as taxonomy

MAX_TRIES = 12
KEPT = timedelta(days=30)  # letters of alerts that went
DIGEST_AFTER = timedelta(hours=20)  # that the oldest of its parts has waited


# To whom


def owner_of_link(news):
    link = db.session.get(OneTimeLink, news["link_id"])
    return [] if link is None or link.used_at else [(link.user, link.email)]


def one_user(news):
    user = db.session.get(User, news["user_id"])
    return [(user, user.email)] if user and user.is_active else []


def member_of(news):
    member = db.session.get(Membership, news["membership"])
    return people([member.user])


def deciders(news):
    """The admins of the city that was asked for; where it has none, the coordinators."""
    member = db.session.get(Membership, news["membership"])
    admins = db.session.scalars(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.city_id == member.city_id, Membership.is_admin, Membership.state == "approved")
    ).all()
    return people(admins) or coordinators(news)


def coordinators(_news):
    return people(
        db.session.scalars(
            select(User).join(RoleGrant, RoleGrant.user_id == User.id).where(RoleGrant.role == "coordinator")
        ).all()
    )


def authors(news):
    """Whoever writes the case; a viewer only looks on."""
    practice = practice_of(news)
    return people([author.user for author in practice.authors if author.role != "viewer"])


def authors_who_wait(news):
    """Nobody, when the approved case was published in the same breath: that letter says it all."""
    working = practices.working_revision(practice_of(news))
    return authors(news) if working and working.state == "approved" else []


def asked_reader(news):
    """An address without an account that is to confirm a search, or to be told nothing ever."""
    search = alerts.of_news(news)
    return [(None, search.address)] if search and not search.confirmed_at else []


def reader_of_search(news):
    search = alerts.of_news(news)
    if search is None or not search.is_running:
        return []
    return people([search.user]) if search.user_id else [(None, search.address)]


def people(users):
    return [(user, user.email) for user in users if user.is_active and user.verified_at]


def practice_of(news):
    return db.session.scalar(select(Practice).where(Practice.public_id == news["subject"].split(":")[1]))


LETTERS = {  # news → [(letter, to whom)]
    "link letter": [("link", owner_of_link)],
    "account letter": [("known-address", one_user)],
    "ask membership": [("membership-asked", deciders)],
    "membership approved": [("membership-decided", member_of)],
    "membership declined": [("membership-decided", member_of)],
    "submit": [("submitted", authors), ("case-waits", coordinators)],
    "take": [("taken", authors)],
    "request changes": [("changes", authors)],
    "approve": [("approved", authors_who_wait)],
    "publish": [("published", authors)],
    "reject": [("rejected", authors)],
    "ask withdrawal": [("withdrawal-asked", coordinators)],
    "make tombstone": [("withdrawn", authors)],
    "save search": [("alert-confirm", asked_reader)],
    "new cases": [("alert", reader_of_search)],
}


ALWAYS = {"link", "known-address", "alert-confirm", "alert"}  # what the reader asked for in so many words
MUST = {"changes", "case-waits", "membership-asked", "withdrawal-asked"}  # the reader has something to do


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
                    details={k: v for k, v in news.items() if k != "news_id"},
                    message_id=message_id(key),
                    for_digest=may_wait(user, kind),
                )
            )


def message_id(key):
    """The same letter has the same id for ever: a mail program shows a repeated one once."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"<{digest}@{current_app.config['SETTINGS'].host}>"


def write_digests():
    """Put what has waited for its reader's daily letter into one; at most one a day for each reader."""
    waiting = db.session.scalars(
        select(Letter).where(Letter.for_digest, Letter.sent_at.is_(None)).order_by(Letter.user_id, Letter.id)
    ).all()
    for user, letters in groupby(waiting, key=lambda letter: letter.user):
        letters = list(letters)
        if letters[0].at <= now() - DIGEST_AFTER:
            write_digest(user, letters)
    db.session.commit()


def write_digest(user, letters):
    key = f"digest:{user.id}:{letters[0].id}"
    details = {"act": "digest", "letters": [letter.id for letter in letters]}
    db.session.add(
        Letter(
            key=key,
            kind="digest",
            user=user,
            address=user.email,
            language=user.language or "en",
            details=details,
            message_id=message_id(key),
        )
    )
    for letter in letters:
        letter.sent_at = now()


# On their way


def post_letters(limit=100):
    """Hand waiting letters to the mail server; returns how many it took. Never raises."""
    waiting = db.session.scalars(
        select(Letter.id)
        .where(
            Letter.sent_at.is_(None),
            Letter.failed_at.is_(None),
            Letter.for_digest.is_(False),
            Letter.next_try_at <= now(),
        )
        .order_by(Letter.id)
        .limit(limit)
    ).all()
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


def put_off(letter_id, error):
    letter = db.session.get(Letter, letter_id)
    letter.tries += 1
    letter.error = f"{type(error).__name__}: {error}"[:500]
    letter.next_try_at = now() + timedelta(seconds=min(15 * 2**letter.tries, 6 * 3600))
    if letter.tries >= MAX_TRIES:
        letter.failed_at = now()
    db.session.commit()


def compose(letter, things):
    """The letter as an EmailMessage, in its reader's language."""
    subject, body = words_of(letter, things)
    settings = current_app.config["SETTINGS"]
    return mailer.message(settings, letter, subject, body, things.get("stop_address", ""))


def words_of(letter, things, bare=False):
    """(subject, text) in the reader's language; `bare` leaves out greeting and signature, for a digest."""
    settings = current_app.config["SETTINGS"]
    with speaking(letter.language):
        text = render_template(
            f"letters/{letter.kind}.txt",
            letter=letter,
            bare=bare,
            site=settings.site_name,
            base_url=settings.base_url,
            **things,
        )
    subject, _, body = text.strip().partition("\n")
    return subject, body.strip() + "\n"


def things_of(letter):
    """What the letter speaks of, fetched when it goes, so that it says what is true then.

    None when nothing is left to tell: the search was stopped meanwhile, its cases are public no more.
    """
    details, found = letter.details, {"user": letter.user}
    if letter.kind in ("alert", "alert-confirm"):
        return things_of_search(letter)
    if "link_id" in details:
        found["link"] = db.session.get(OneTimeLink, details["link_id"])
        found["token"] = accounts.token_of(found["link"])
    if "membership" in details:
        found["member"] = db.session.get(Membership, details["membership"])
    if details.get("subject", "").startswith("practice:"):
        found["practice"] = practice_of(details)
        found["revision"] = practices.latest_revision(found["practice"])
        found["public_path"] = practices.path_of(found["practice"], found["revision"].title)
    if "letters" in details:
        parts = [db.session.get(Letter, one) for one in details["letters"]]
        found["parts"] = [words_of(part, things_of(part), bare=True) for part in parts]
    if "review" in details:
        found["review"] = db.session.get(Review, details["review"])
    return found


def things_of_search(letter):
    search, details = alerts.of_news(letter.details), letter.details
    base = current_app.config["SETTINGS"].base_url
    if search and letter.kind == "alert-confirm" and not search.confirmed_at:
        return {"user": None, "confirm_address": f"{base}/alerts/{alerts.asking_token_of(search)}/confirm"}
    cases = alerts.cases_of(details.get("cases", ()))
    if not reader_of_search(details) or not (cases or details.get("more")):
        return None
    address = f"{base}/alerts/{alerts.token_of(search)}"
    return {
        "user": letter.user,
        "search": search,
        "search_address": base + alerts.path_of(search),
        "cases": [lines_of(practice, revision, letter.language) for practice, revision in cases],
        "more": details.get("more", 0),
        "change_address": address,
        "stop_address": f"{address}/stop",
    }


def lines_of(practice, revision, language):
    """What a list of cases says of one."""
    country = practice.city.country if practice.city else practice.country
    names = [practice.city.label(language) if practice.city else "", taxonomy.country_name(country, language)]
    return {
        "title": revision.title,
        "place": ", ".join(name for name in names if name),
        "at": revision.published_at,
        "language": language_name(revision.language, language),
        "path": practices.path_of(practice, revision.title),
    }


def language_name(written, language):
    """What the reader calls the language of a case; '' when it is the reader's own."""
    code = written.partition("-")[0].lower()
    known = Locale.parse(language).languages
    return known.get(code, written) if code != language else ""


def sweep():
    """By the clock: letters of alerts that went are forgotten, and with them addresses without an account."""
    old = (Letter.kind.in_(("alert", "alert-confirm")), Letter.sent_at < now() - KEPT)
    db.session.execute(delete(Letter).where(*old))
    db.session.commit()


def unsent():
    """Letters that wait or failed, oldest first."""
    return db.session.scalars(select(Letter).where(Letter.sent_at.is_(None)).order_by(Letter.id)).all()


def failing():
    """Letters with at least one failed try."""
    return db.session.scalars(
        select(Letter).where(Letter.sent_at.is_(None), or_(Letter.tries > 0, Letter.failed_at.is_not(None)))
    ).all()
