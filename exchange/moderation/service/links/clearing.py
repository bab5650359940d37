"""Clearance: people of the authors' house read a text, one after the other, before it is public.

One row of people for each version that is to become public. A clearance names the text by its hash: other
words, other captions or other translations make it outdated. An objection stops the row.
"""

from dataclasses import dataclass, field

from sqlalchemy import func, select

from exchange.core import journal
from exchange.core.models import db, now
from exchange.moderation.asked_models import Clearance, ClearanceWaiver
from exchange.moderation.service.links import by_link
from exchange.moderation.service.publication.visibility import hold_practice
from exchange.moderation.service.refusals import AlreadyDecided, Hindrance, ReasonMissing, TextChanged
from exchange.moderation.service.rights import leads
from exchange.practices import schema, translating
from exchange.practices import service as practices
from exchange.practices.models import Revision
from exchange.practices.service import NotAllowed

LIFE = "clearance_days"
MOST = 12  # people in one row


@dataclass(frozen=True)
class Text:
    """A text as it stood when somebody decided on it; read like a revision."""

    title: str = ""
    summary: str = ""
    language: str = "en"
    answers: dict = field(default_factory=dict)
    missing: dict = field(default_factory=dict)
    translations: dict = field(default_factory=dict)  # language → {place: text}

    get = Revision.get


@dataclass(frozen=True)
class Standing:
    """How far the clearance of a text is. `rows` are (Clearance, what it is now): waiting, open, expired,
    cleared, outdated or objected."""

    rows: list
    waiver: ClearanceWaiver | None = None

    @property
    def is_asked(self):
        return bool(self.rows)

    @property
    def is_clear(self):
        return all(word == "cleared" for _row, word in self.rows)

    @property
    def holds_up(self):
        """Whether publishing waits for it."""
        return self.is_asked and not self.is_clear and self.waiver is None

    @property
    def can_ask_again(self):
        return any(word in ("outdated", "objected", "expired") for _row, word in self.rows)


def standing(practice, revision):
    """The Standing of this text, which is the working text of the practice or the one that it had."""
    text_hash = hash_of(revision)
    waived = select(ClearanceWaiver).filter_by(practice_id=practice.id, text_hash=text_hash)
    return Standing([(row, word_for(row, text_hash)) for row in row_of(practice)], db.session.scalar(waived))


def word_for(row, text_hash):
    if row.verdict == "cleared":
        return "cleared" if row.text_hash == text_hash else "outdated"
    return row.verdict or row.stands


def row_of(practice):
    """Those who are asked about the version that comes next, in their turn."""
    return db.session.scalars(
        select(Clearance)
        .where(
            Clearance.practice_id == practice.id,
            Clearance.version == next_version(practice),
            Clearance.ended_at.is_(None),
        )
        .order_by(Clearance.place, Clearance.created_at)
    ).all()


def next_version(practice):
    last = db.session.scalar(select(func.max(Revision.number)).where(Revision.practice_id == practice.id))
    return (last or 0) + 1


def hash_of(revision):
    """What a clearance names: all that a reader may see of the text, captions and translations included."""
    told, translated = practices.content_hash(revision), translating.texts_of_translations(revision.practice)
    return practices.fingerprint([told, translated]) if translated else told


def lacks_clearance(translation):
    """Whether people of the authors' house cleared the public text, but not these words of its translation.

    A translation that becomes public afterwards was not before their eyes: the desk and the page say so.
    """
    revision = practices.public_revision(translation.practice)
    if revision is None:
        return False
    seen = [row.text.get("translations", {}) for row in cleared_for(revision)]
    words = {key: entry["text"] for key, entry in translation.texts.items()}
    return any(told.get(translation.language) != words for told in seen)


def cleared_for(revision):
    """Everybody's clearance of the text that became this version."""
    return db.session.scalars(
        select(Clearance).where(
            Clearance.practice_id == revision.practice_id,
            Clearance.version == revision.number,
            Clearance.verdict == "cleared",
            Clearance.ended_at.is_(None),
        )
    ).all()


def last_cleared(practice):
    """The Text that was cleared last, for the difference since; None when none was."""
    row = db.session.scalar(
        select(Clearance)
        .where(Clearance.practice_id == practice.id, Clearance.verdict == "cleared")
        .order_by(Clearance.answered_at.desc())
        .limit(1)
    )
    return Text(**row.text) if row else None


def hinders(revision):
    """For gates.HINDERS: a text that was to be cleared waits for it, or for the lead author's reason."""
    return [Hindrance("clearance")] if standing(revision.practice, revision).holds_up else []


# What authors do


def ask(practice, people, by):
    """Put people at the end of the row: (name, address, role, language) of each. The first is asked at once.

    Whoever waits in the row already is not put there twice. Raises NotAllowed.
    """
    revision = hold(practice, by)
    known = {row.address for row, word in standing(practice, revision).rows if word in ("waiting", "open")}
    place = max((row.place for row in row_of(practice)), default=0)
    fresh = [person for person in people if person[1] not in known]
    if len(row_of(practice)) + len(fresh) > MOST:
        raise NotAllowed("too many people in the row")
    for number, person in enumerate(fresh, start=1):
        add(practice, person, place + number, by)
    if fresh:
        journal.record("ask clearance", practices.subject(practice), by, news=False, people=len(fresh))
        advance(practice, revision)


def ask_again(practice, by):
    """Who cleared another text, objected or let the time pass is asked anew, in the old order."""
    revision = hold(practice, by)
    again = [
        row for row, word in standing(practice, revision).rows if word in ("outdated", "objected", "expired")
    ]
    for row in again:
        row.ended_at = now()
        add(practice, (row.name, row.address, row.role, row.language), row.place, by)
    if again:
        journal.record("ask clearance again", practices.subject(practice), by, news=False, people=len(again))
        advance(practice, revision)


def withdraw(clearance, by):
    """This person is asked no more; what they said is on record, but counts no longer. The next is asked."""
    revision = hold(clearance.practice, by)
    by_link.hold(clearance)
    if clearance.ended_at:
        return
    clearance.ended_at = now()
    by_link.record("withdraw clearance", clearance, by, news=False)
    db.session.flush()
    advance(clearance.practice, revision)


def waive(practice, reason, by):
    """The lead author says why this very text goes public without being cleared."""
    revision = hold(practice, by)
    if not leads(practice, by):
        raise NotAllowed("only the lead author lets a text go public without clearance")
    found = standing(practice, revision)
    if found.waiver or not found.is_asked or found.is_clear:
        return
    if not reason.strip():
        raise ReasonMissing
    text_hash = hash_of(revision)
    db.session.add(
        ClearanceWaiver(practice_id=practice.id, text_hash=text_hash, reason=reason.strip(), by=by)
    )
    journal.record(
        "waive clearance", practices.subject(practice), by, news=False, reason=reason.strip(), text=text_hash
    )


def may_ask(practice, user):
    """The lead author, and the admin of the case's city, while they may write on it."""
    admin = practice.city_id is not None and user.is_admin_of(practice.city_id)
    return practice.may_be_edited_by(user) and (leads(practice, user) or admin)


# What the person who is asked does


def decide(clearance, verdict, seen_hash, objections=None):
    """Clear the text named by its hash, or object to fields ({field: words}, '' for the whole).

    Raises LinkOver, AlreadyDecided, TextChanged when the text is another one now, ReasonMissing.
    """
    practice = clearance.practice
    hold_practice(practice)
    by_link.hold(clearance)
    if clearance.verdict and not clearance.ended_at:
        if clearance.verdict == verdict:
            return
        raise AlreadyDecided
    if clearance.stands != "open":
        raise by_link.LinkOver(clearance)
    revision = practices.working_revision(practice)
    if revision is None:
        raise by_link.LinkOver(clearance)
    practices.lock(revision)
    if seen_hash != hash_of(revision):
        raise TextChanged
    told = {name: words.strip() for name, words in (objections or {}).items() if words.strip()}
    if verdict == "objected" and not told:
        raise ReasonMissing
    clearance.verdict, clearance.answered_at = verdict, now()
    clearance.text_hash, clearance.text = seen_hash, kept(revision)
    clearance.objections = told if verdict == "objected" else {}
    by_link.record("clear text" if verdict == "cleared" else "object to text", clearance, text=seen_hash)
    db.session.flush()
    advance(practice, revision)


def kept(revision):
    """All of the text that the person saw: what is never public is not kept with it."""
    hidden = {name for name, one in schema.FIELDS.items() if not one.public}
    public = {name: value for name, value in revision.answers.items() if name not in hidden}
    return {
        "title": revision.title,
        "summary": revision.summary or "",
        "language": revision.language,
        "answers": public,
        "missing": dict(revision.missing or {}),
        "translations": translating.texts_of_translations(revision.practice),
    }


def advance(practice, revision):
    """Ask the next in the row, unless somebody in front of them has it or has objected."""
    text_hash = hash_of(revision)
    for row in row_of(practice):
        word = word_for(row, text_hash)
        if word == "waiting":
            by_link.send(row, "ask to clear", LIFE)
        if word not in ("cleared", "outdated"):
            return


def remind(moment=None):
    """By the clock: whoever has not answered after some days gets one more letter."""
    return by_link.remind(Clearance, "clearance_remind_days", "remind to clear", moment)


# Below


def add(practice, person, place, by):
    name, address, role, language = person
    db.session.add(
        Clearance(
            id=by_link.new_id(),
            practice=practice,
            name=name,
            address=address,
            role=role,
            language=language,
            place=place,
            version=next_version(practice),
            by=by,
        )
    )
    db.session.flush()


def hold(practice, by):
    """Hold the case for an author's act on its row; returns the text on its way. Raises NotAllowed."""
    hold_practice(practice)
    if not may_ask(practice, by):
        raise NotAllowed("only the lead author or the city's admin has a text cleared")
    revision = practices.working_revision(practice)
    if revision is None:
        raise NotAllowed("there is no text on its way to be cleared")
    return revision
