"""What can be reported and hidden: one table, in which each subject of the network enters what it holds."""

from collections.abc import Callable
from dataclasses import dataclass

from exchange.core.models import db


@dataclass(frozen=True)
class Kind:
    """How a kind of thing is found, named and shown to moderators; `model` has an `id`.

    `author`: thing → the User who wrote it, or None. `path`: thing → where it stands. `title`, `words`:
    thing → what it is called, and all that it says, as plain text. `readable`: thing, user → whether this
    person may read it while it is not hidden, and so report it. `counted`: its rows (`by_id`, `at`) count
    against what a new account may write in a day.
    """

    name: str
    model: type
    label: object  # 'a challenge', in the reader's language
    author: Callable
    path: Callable
    title: Callable
    words: Callable
    readable: Callable = lambda thing, user: True
    lockable: bool = False
    counted: bool = True


KINDS = {}


def register(kind):
    """Called once, where a subject's services are defined."""
    KINDS[kind.name] = kind


def find(name, thing_id):
    """(Kind, thing), or None when there is no such kind or thing."""
    kind = KINDS.get(name)
    thing = db.session.get(kind.model, thing_id) if kind else None
    return (kind, thing) if thing is not None else None


def name_of(thing):
    """Under which name a thing of a registered kind goes."""
    return next(kind.name for kind in KINDS.values() if type(thing) is kind.model)


def subject(name, thing_id):
    """How the audit and the outbox name it: 'challenge:7'."""
    return f"{name}:{thing_id}"
