"""A city poses a challenge, changes it, closes it with an outcome. The caller commits."""

from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from exchange.core import journal, markup
from exchange.core.models import db, now
from exchange.network.models.talk import Challenge
from exchange.network.service.codes import new_code
from exchange.network.service.talk.kinds import Kind, register, subject
from exchange.network.service.talk.limits import check_writing
from exchange.network.service.talk.reports import Refusal, hiding_of, hold, lock_of
from exchange.practices import service as practices
from exchange.practices.service import NotAllowed, fingerprint
from exchange.search import service as search

MOST_PROPOSED = 4
WORDS = ("title", "text", "constraints", "topics", "by_when", "asked_by", "language")


class Closed(Refusal):
    """The challenge has its outcome; nothing is added any more."""


class Meanwhile(Refusal):
    """A colleague changed it since the form was opened."""


class Locked(Refusal):
    """A moderator locked it; `lock` says why."""

    def __init__(self, lock):
        super().__init__("locked")
        self.lock = lock


@dataclass(frozen=True)
class Telling:
    """What is being written, as search takes it: the practices most like it are looked for."""

    title: str = ""
    summary: str = ""
    topics: list = field(default_factory=list)

    def get(self, name, empty=""):
        return self.topics if name == "topics" else empty


def pose(by, city, words, is_demonstration=False):
    """The city asks everyone; returns the Challenge.

    `words`: WORDS. The same words sent twice are one challenge. Raises NotAllowed, TooMuch.
    """
    if not by.is_of(city.id):
        raise NotAllowed("only those who work for a city ask for it")
    db.session.refresh(city, ["id"], with_for_update=True)
    if known := posed_before(by, city, words):
        return known
    check_writing(by)
    made = put(by, city, words, is_demonstration)
    journal.record("pose challenge", subject("challenge", made.id), by, city=city.id)
    return made


def posed_before(by, city, words):
    """What this person asked last for the city, if it is open and says just that; else None."""
    mine = select(Challenge).where(Challenge.by_id == by.id, Challenge.city_id == city.id)
    last = db.session.scalar(mine.order_by(Challenge.id.desc()).limit(1))
    is_same = last and last.is_open and all(getattr(last, name) == words[name] for name in WORDS)
    return last if is_same else None


def put(by, city, words, is_demonstration=False):
    """The same without asking who may, and without telling anyone: for demonstrations."""
    made = Challenge(
        public_id=new_code(Challenge.public_id), by=by, city=city, is_demonstration=is_demonstration, **words
    )
    db.session.add(made)
    db.session.flush()
    return made


def change(challenge, by, words, base):
    """Other words for it; the audit keeps who and when. Returns whether anything changed.

    `base` is the `base_of` what the form was opened with. Raises NotAllowed, Closed, Locked, Meanwhile.
    """
    hold_open(challenge)
    check_asker(challenge, by)
    changed = sorted(name for name, value in words.items() if getattr(challenge, name) != value)
    if changed and base != base_of(challenge):
        raise Meanwhile
    for name in changed:
        setattr(challenge, name, words[name])
    if changed:
        challenge.changed_at = now()
        record("change challenge", challenge, by, news=False, fields=changed)
    return bool(changed)


def base_of(challenge):
    """A text that differs when its words do; goes into a form as a hidden field."""
    return fingerprint([getattr(challenge, name) for name in WORDS])


def close(challenge, by, outcome):
    """Its city says what came of it. Closed already, nothing happens; raises NotAllowed, Closed."""
    hold(challenge)
    check_asker(challenge, by)
    if challenge.closed_at:
        if challenge.closed_by_id == by.id and challenge.outcome == outcome.strip():
            return
        raise Closed
    challenge.closed_at, challenge.closed_by_id, challenge.outcome = now(), by.id, outcome.strip()
    challenge.changed_at = challenge.closed_at
    record("close challenge", challenge, by)


def reopen(challenge, by):
    """It is asked again; the audit keeps the outcome that it had."""
    hold(challenge)
    check_asker(challenge, by)
    if challenge.is_open:
        return
    was, challenge.outcome = challenge.outcome, ""
    challenge.closed_at = challenge.closed_by_id = None
    record("reopen challenge", challenge, by, news=False, outcome=was)


def check_asker(challenge, by):
    if not challenge.may_be_changed_by(by):
        raise NotAllowed("those who work for the city that asks")


def hold_open(challenge):
    """Hold it for somebody who adds something. Raises NotAllowed when hidden, Closed, Locked."""
    hold(challenge)
    if hiding_of(challenge):
        raise NotAllowed("it is hidden")
    if not challenge.is_open:
        raise Closed
    if lock := lock_of(challenge):
        raise Locked(lock)


def find(public_id):
    """The challenge of that public id in whatever state, or None."""
    return db.session.scalar(select(Challenge).where(Challenge.public_id == public_id))


def path_of(challenge):
    """'/challenges/K7Q2MX-shade-for-a-square': permanent, whatever becomes of the title."""
    slug = practices.slug_of(challenge.title)
    return f"/challenges/{challenge.public_id}" + (f"-{slug}" if slug else "")


def matching(title, text, topics, language, hidden=()):
    """FoundCases of the public practices that may help with what is written; [] as long as that is little."""
    if len(f"{title} {text}".split()) < 3:
        return []
    telling = Telling(title, text, list(topics))
    return search.alike(telling, language, hidden, MOST_PROPOSED)


def record(act, challenge, by, news=True, **details):
    journal.record(act, subject("challenge", challenge.id), by, news=news, **details)


def all_words(challenge):
    parts = (challenge.title, challenge.text, challenge.constraints, challenge.asked_by, challenge.outcome)
    return "\n\n".join(markup.plain(part) for part in parts if part)


register(
    Kind(
        name="challenge",
        model=Challenge,
        label=_l("Challenge"),
        author=lambda one: one.by,
        path=path_of,
        title=lambda one: one.title,
        words=all_words,
        lockable=True,
    )
)
