"""Freshness: once a year somebody is asked whether a public case still holds.

The contacts and the lead author each get a link of their own. Nothing is written silently: what they say
is proposed to the authors. Silence is shown on the page, in lists and in exports; it removes nothing.
"""

from sqlalchemy import exists, select

from exchange.config import LANGUAGES
from exchange.core import journal
from exchange.core.models import db, now
from exchange.moderation.asked_models import FreshnessAsk
from exchange.moderation.service.links import asking, by_link
from exchange.moderation.service.publication.visibility import hold_practice
from exchange.moderation.service.refusals import ReasonMissing
from exchange.practices import service as practices
from exchange.practices.models import READABLE, Practice, Revision

LIFE = "confirm_link_days"
AT_A_TIME = 100  # cases that one turn of the clock asks after
SHOWN = ("ended", "changed")  # what the page says until the next version


# What the clock brings


def ask_around(moment=None):
    """Ask after the cases that are due; returns how many. Imported ones have nobody here to ask."""
    moment = moment or now()
    asked = exists().where(
        FreshnessAsk.practice_id == Practice.id, FreshnessAsk.due_at == Practice.confirm_by
    )
    due = db.session.scalars(
        select(Practice)
        .where(
            Practice.visibility.in_(READABLE),
            Practice.confirm_by <= moment,
            Practice.silent_since.is_(None),
            Practice.origin_source.is_(None),
            ~asked,
        )
        .order_by(Practice.confirm_by)
        .limit(AT_A_TIME)
    ).all()
    for practice in due:
        hold_practice(practice)
        if practice.confirm_by <= moment:  # nobody has answered for it meanwhile
            ask_after(practice, moment)
        db.session.commit()
    return len(due)


def ask_after(practice, moment):
    """A link each for the contacts and the lead author; where nobody can be reached, that is silence."""
    public = practices.public_revision(practice)
    reachable = recipients(practice, public) if public else {}
    for address, (name, language, user_id) in reachable.items():
        send(practice, practice.confirm_by, name, address, language, user_id, moment)
    if public and not reachable:
        fall_silent(practice, public)


def recipients(practice, public):
    """Address → (name, language, user's id or None) of everybody who is asked."""
    spoken = public.language.split("-")[0]
    language = spoken if spoken in LANGUAGES else "en"
    found = {
        row["mail"].lower(): (row.get("name") or row["mail"], language, None)
        for row in public.get("contacts", [])
        if row.get("mail")
    }
    lead = practice.lead
    if lead is not None and lead.is_active and lead.verified_at:
        found[lead.email] = (lead.name, lead.language or language, lead.id)
    return found


def send(practice, due_at, name, address, language, user_id=None, moment=None):
    """Ask one person; somebody who was asked about the same year already is not asked twice."""
    known = select(FreshnessAsk.id).filter_by(practice_id=practice.id, due_at=due_at, address=address)
    if db.session.scalar(known):
        return
    asked = FreshnessAsk(
        id=by_link.new_id(),
        practice=practice,
        due_at=due_at,
        name=name,
        address=address,
        language=language,
        user_id=user_id,
    )
    db.session.add(asked)
    by_link.send(asked, "ask whether fresh", LIFE, moment=moment)
    db.session.flush()


def remind(moment=None):
    """By the clock: whoever has not answered after some days gets one more letter."""
    return by_link.remind(FreshnessAsk, "confirm_remind_days", "remind of freshness", moment)


def notice_silence(moment=None):
    """By the clock: cases that nobody has confirmed in time say so from now on; returns how many."""
    moment = moment or now()
    open_ask = exists().where(
        FreshnessAsk.practice_id == Practice.id,
        FreshnessAsk.answered_at.is_(None),
        FreshnessAsk.ended_at.is_(None),
        FreshnessAsk.expires_at > moment,
    )
    silent = db.session.execute(
        select(Practice, Revision)
        .join(Revision, Revision.practice_id == Practice.id)
        .where(
            Revision.state == "published",
            Practice.visibility.in_(READABLE),
            Practice.confirm_by <= moment - by_link.days(LIFE),
            Practice.silent_since.is_(None),
            ~open_ask,
        )
        .limit(AT_A_TIME)
    ).all()
    for practice, revision in silent:
        hold_practice(practice)
        if practice.confirm_by <= moment - by_link.days(LIFE):  # nobody has answered for it meanwhile
            fall_silent(practice, revision)
    db.session.commit()
    return len(silent)


def fall_silent(practice, revision):
    if practice.silent_since is None:
        practice.silent_since = last_true(practice, revision)
        journal.record("fall silent", practices.subject(practice))


def last_true(practice, revision):
    """When somebody last stood up for this text: its publication, or a later confirmation."""
    return max(filter(None, (practice.confirmed_at, revision.published_at)))


# What the person who is asked says


def answer(asked, word, words="", name="", address=""):
    """Still running, changed, ended, a new contact, or somebody else's now.

    `name` and `address` are the new contact's, or of whoever has it now; they are asked next. Raises
    LinkOver, ReasonMissing.
    """
    practice = asked.practice
    hold_practice(practice)
    by_link.hold(asked)
    if asked.answered_at and asked.answer == word:
        return
    if asked.stands != "open" or practice.visibility not in READABLE:
        raise by_link.LinkOver(asked)
    if word in ("contact", "handed-over") and not (name and address):
        raise ReasonMissing
    asked.answer, asked.words, asked.answered_at = word, words.strip(), now()
    ANSWERS[word](asked, practice, practices.public_revision(practice), name, address)
    by_link.record(f"freshness {word}", asked)


def is_running(asked, practice, _public, _name, _address):
    practice.confirmed_at = asked.answered_at
    close_year(asked, practice)


def has_changed(asked, practice, public, _name, _address):
    """The authors find a new draft, unless one is on its way already."""
    if practices.working_revision(practice) is None:
        practices.next_draft(public, practice.lead or public.created_by)
    close_year(asked, practice)


def has_ended(asked, practice, public, _name, _address):
    """That it is discontinued is proposed to the authors, and not written for them."""
    if public.get("stage") != "discontinued":
        db.session.add(asking.propose(public, "stage", asked.name, new="discontinued", words=asked.words))
    close_year(asked, practice)


def has_contact(asked, practice, public, name, address):
    """The contact is proposed to the authors, and asked."""
    rows = [dict(row) for row in public.get("contacts", [])]
    place = next((n for n, row in enumerate(rows) if (row.get("mail") or "").lower() == asked.address), None)
    fresh = {"name": name, "mail": address}
    if place is None:
        rows.append({**fresh, "shown_to": "public", "languages": [asked.language], "open_to": ["mail"]})
    else:
        rows[place] |= fresh
    db.session.add(asking.propose(public, "contacts", asked.name, new=rows, words=asked.words))
    send(practice, asked.due_at, name, address, asked.language)


def is_handed_over(asked, practice, _public, name, address):
    """Whoever has it now is asked; the authors hear of it."""
    send(practice, asked.due_at, name, address, asked.language)


ANSWERS = {
    "running": is_running,
    "changed": has_changed,
    "ended": has_ended,
    "contact": has_contact,
    "handed-over": is_handed_over,
}


def close_year(asked, practice):
    """Somebody has answered for the case: the other links end, and the next question is a year away."""
    practice.confirm_by, practice.silent_since = practices.due_after(asked.answered_at), None
    others = select(FreshnessAsk).where(
        FreshnessAsk.practice_id == practice.id,
        FreshnessAsk.id != asked.id,
        FreshnessAsk.answered_at.is_(None),
        FreshnessAsk.ended_at.is_(None),
    )
    for other in db.session.scalars(others):
        other.ended_at = asked.answered_at


def last_word(practice, revision):
    """The FreshnessAsk by which a contact said, since this text was published, that it has ended or
    changed; None when nobody did, or when it was confirmed since."""
    last = db.session.scalar(
        select(FreshnessAsk)
        .where(
            FreshnessAsk.practice_id == practice.id,
            FreshnessAsk.answer.in_((*SHOWN, "running")),
            FreshnessAsk.answered_at > revision.published_at,
        )
        .order_by(FreshnessAsk.answered_at.desc())
        .limit(1)
    )
    return last if last and last.answer in SHOWN else None
