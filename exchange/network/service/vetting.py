"""Texts that a moderator reads before everybody does: proposed → public, or declined with a reason.

The row of a thing (an event, a partner, a collection …) holds only what is public. What is proposed stands
beside it as a VettedText, until a moderator who wrote nothing of it lets it through; then the kind's
`publish` puts it in place. A change of what is public goes the same way, while the public text stays.
Each subject registers its kinds here. The caller commits.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from exchange.core import journal
from exchange.core.models import db, now
from exchange.network.models.vetting import VettedText
from exchange.practices.service import NotAllowed, fingerprint

PAGE = 40
WORDS = re.compile(r"\s+|\w+|[^\w\s]")


class Meanwhile(Exception):
    """The text is another one by now, or somebody has decided on it. `text` is the row as it stands."""

    def __init__(self, text):
        super().__init__("changed meanwhile")
        self.text = text


class ReasonMissing(Exception):
    """Whoever declines or hides says why."""


@dataclass(frozen=True)
class Line:
    """What a moderator reads of one answer; `words` are plain text or Markdown, never trusted."""

    label: str
    words: str
    is_long: bool = False  # Markdown of several lines


@dataclass(frozen=True)
class Kind:
    """What vetting needs to know of a kind of thing; `thing` is always its name in the address."""

    name: str  # 'event', as everywhere
    label: str  # lazily translated: 'Event'
    publish: Callable  # (thing, content, text): put this content where everybody reads it
    hide: Callable  # (thing): nobody reads it any more
    title: Callable  # content → str
    lines: Callable  # content → [Line], in the words of the reader's language
    path: Callable  # (thing, content) → path of its public page
    edit_path: Callable  # thing → path of the page on which its text is changed


KINDS = {}  # name → Kind


def register(kind):
    KINDS[kind.name] = kind
    return kind


# Proposing


def propose(kind, thing, content, by, base=None):
    """This content shall be public. Returns its VettedText, or None when exactly that is public already.

    A text that waits is changed in place. `base` is what `base_of` said when the form was opened: raises
    Meanwhile, and keeps nothing, when the text became another one since.
    """
    found = fingerprint(content)
    standing = latest(kind, thing, lock=True)
    if standing is not None and standing.state in ("proposed", "public") and standing.content_hash == found:
        return standing if standing.state == "proposed" else None
    if base is not None and base != hash_of(standing):
        raise Meanwhile(standing)
    if standing is not None and standing.state == "proposed":
        text = standing
        text.content, text.content_hash, text.at, text.by = content, found, now(), by
        text.hands = sorted({*text.hands, by.id})
    else:
        text = added(VettedText(kind=kind, thing=thing, content=content, content_hash=found, by=by), by)
    journal.record("propose text", subject(text), by, text=text.id)
    return text


def added(text, by):
    text.hands = [by.id]
    try:
        with db.session.begin_nested():
            db.session.add(text)
    except IntegrityError:  # somebody proposed at the same moment
        raise Meanwhile(working(text.kind, text.thing)) from None
    return text


def base_of(kind, thing):
    """A fingerprint of the text that a form is filled in from; '' for a new thing."""
    return hash_of(latest(kind, thing))


def hash_of(text):
    return text.content_hash if text else ""


def take_back(text, by):
    """Whoever proposed it does not want it read any more; a second time changes nothing."""
    lock(text)
    if by.id not in text.hands:
        raise NotAllowed("whoever proposed a text takes it back")
    if text.state == "taken-back":
        return
    if text.state != "proposed":
        raise Meanwhile(text)
    text.state = "taken-back"
    journal.record("take text back", subject(text), by, news=False, text=text.id)


# Deciding


def may_decide(text, user):
    """Moderators who wrote nothing of it."""
    return user.is_authenticated and user.is_moderator and user.id not in text.hands


def may_see(text, user):
    return user.is_authenticated and (user.is_moderator or user.id in text.hands)


def let_through(text, by, seen=None):
    """The text is public now, in the place of an earlier one. `seen`: the hash of what the moderator read."""
    if not begin_decision(text, by, "public", seen):
        return
    for earlier in others(text, "public"):
        earlier.state = "superseded"
    db.session.flush()
    settle(text, "public", by)
    KINDS[text.kind].publish(text.thing, text.content, text)
    journal.record("publish text", subject(text), by, text=text.id)


def decline(text, by, reason, seen=None):
    """It does not become public, for this reason; what is public stays as it is."""
    if not begin_decision(text, by, "declined", seen):
        return
    if not reason.strip():
        raise ReasonMissing
    text.reason = reason.strip()
    settle(text, "declined", by)
    journal.record("decline text", subject(text), by, text=text.id)


def begin_decision(text, by, verdict, seen):
    """Hold the text; False when this person has decided just so already."""
    lock(text)
    if not may_decide(text, by):
        raise NotAllowed("a moderator decides who wrote nothing of the text")
    if text.state == verdict and text.decided_by_id == by.id:
        return False
    if text.state != "proposed" or (seen is not None and seen != text.content_hash):
        raise Meanwhile(text)
    return True


def settle(text, state, by):
    text.state, text.decided_at, text.decided_by = state, now(), by
    db.session.flush()


def hide(kind, thing, by, reason):
    """What was public is not any more; let through again, it comes back. A second time changes nothing."""
    text = public(kind, thing, lock=True)
    if text is None:
        return
    if not by.is_moderator:
        raise NotAllowed("moderators hide what is public")
    if not reason.strip():
        raise ReasonMissing
    text.state, text.reason = "hidden", reason.strip()
    KINDS[kind].hide(thing)
    db.session.flush()
    journal.record("hide text", subject(text), by, text=text.id)


# Looking up


def find(text_id):
    return db.session.get(VettedText, text_id)


def latest(kind, thing, lock=False):
    """The text that a form starts from: the one that waits, else the newest of all; None of a new thing."""
    newest = (VettedText.state != "proposed"), VettedText.id.desc()
    return first(select(VettedText).where(*of(kind, thing)).order_by(*newest), lock)


def working(kind, thing):
    """The text that waits for a moderator, or None."""
    return first(select(VettedText).where(*of(kind, thing), VettedText.state == "proposed"))


def public(kind, thing, lock=False):
    return first(select(VettedText).where(*of(kind, thing), VettedText.state == "public"), lock)


def history(kind, thing):
    """Every text of a thing, the newest first."""
    return db.session.scalars(select(VettedText).where(*of(kind, thing)).order_by(VettedText.id.desc())).all()


def waiting(kind="", page=1):
    """([VettedText that waits], how many in all), the oldest first."""
    wanted = [VettedText.state == "proposed", VettedText.kind.in_(KINDS)]
    if kind:
        wanted.append(VettedText.kind == kind)
    count = db.session.scalar(select(func.count()).select_from(VettedText).where(*wanted))
    rows = select(VettedText).where(*wanted).order_by(VettedText.at, VettedText.id)
    return db.session.scalars(rows.limit(PAGE).offset((page - 1) * PAGE)).all(), count


def counts():
    """Kind → how many texts of it wait."""
    return dict(
        db.session.execute(
            select(VettedText.kind, func.count())
            .where(VettedText.state == "proposed", VettedText.kind.in_(KINDS))
            .group_by(VettedText.kind)
        ).all()
    )


def proposed_by(user, limit=50):
    """What this person proposed last, whatever became of it."""
    return db.session.scalars(
        select(VettedText).where(VettedText.by_id == user.id).order_by(VettedText.id.desc()).limit(limit)
    ).all()


def of(kind, thing):
    return VettedText.kind == kind, VettedText.thing == thing


def others(text, state):
    return db.session.scalars(
        select(VettedText).where(
            *of(text.kind, text.thing), VettedText.state == state, VettedText.id != text.id
        )
    ).all()


def first(query, hold=False):
    return db.session.scalars(
        query.limit(1).with_for_update(of=VettedText) if hold else query.limit(1)
    ).first()


def lock(text):
    db.session.flush()
    columns = VettedText.__mapper__.column_attrs.keys()
    db.session.refresh(text, columns, with_for_update={"of": VettedText})


def subject(text):
    return f"{text.kind}:{text.thing}"


# What a moderator sees


def compared(text):
    """[(label, is long, parts)] of every answer, parts (op, words) against what is public now.

    A new thing is all 'equal': there is nothing to compare it with.
    """
    kind = KINDS[text.kind]
    mine, standing = kind.lines(text.content), public(text.kind, text.thing)
    if standing is None or standing.id == text.id:
        return [(line.label, line.is_long, [("equal", line.words)]) for line in mine if line.words]
    before = {str(line.label): line.words for line in kind.lines(standing.content)}
    pairs = [(line, before.get(str(line.label), "")) for line in mine]
    return [
        (line.label, line.is_long, difference(old, line.words)) for line, old in pairs if old or line.words
    ]


def difference(old, new):
    """[(op, words)] with op equal, insert or delete, word by word."""
    one, two = WORDS.findall(old), WORDS.findall(new)
    parts = []
    for op, start, end, begin, stop in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if op in ("replace", "delete"):
            parts.append(("delete", "".join(one[start:end])))
        if op in ("replace", "insert"):
            parts.append(("insert", "".join(two[begin:stop])))
        if op == "equal":
            parts.append(("equal", "".join(one[start:end])))
    return parts
