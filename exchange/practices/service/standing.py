"""What is said of a public case outside its text: visibility, the word of its city, labels."""

from sqlalchemy import select

from exchange.core import journal
from exchange.core.models import db, now
from exchange.practices.models import Endorsement, Label, Practice
from exchange.practices.service.finding import subject
from exchange.practices.service.refusals import NotAllowed

SEEN = {
    "none": {"public"},
    "public": {"unlisted", "archived", "tombstone"},
    "unlisted": {"public", "archived", "tombstone"},
    "archived": {"public", "tombstone"},
    "tombstone": {"public"},
}


def show(practice, visibility, by, reason):
    """Unlist, archive, restore, or leave a withdrawal notice; raises NotAllowed for other ways."""
    if visibility not in SEEN[practice.visibility] or practice.merged_into_id:
        raise NotAllowed(f"from {practice.visibility} to {visibility}")
    practice.visibility = visibility
    practice.notice = None if visibility == "public" else reason
    practice.withdrawal_asked = None
    journal.record(f"make {visibility}", subject(practice), by, reason=reason)


def ask_withdrawal(practice, by, reason):
    """The lead author asks; a moderator decides. The same reason again changes nothing."""
    db.session.refresh(practice, ["visibility", "withdrawal_asked"], with_for_update={"of": Practice})
    if practice.visibility == "tombstone":
        raise NotAllowed("it has been withdrawn already")
    if practice.withdrawal_asked == reason:
        return
    practice.withdrawal_asked = reason
    journal.record("ask withdrawal", subject(practice), by, reason=reason)


def endorse(practice, word, by, reason="", anew=False):
    """The city's word on a case told by others: confirmed, disputed or ended; repeated, it does nothing.

    `by` is None when it came through a link that was sent to the city. `anew`: somebody else of the city
    says so, or says it of another text.
    """
    if practice.endorsement and practice.endorsement.word == word and not anew:
        return
    add_endorsement(practice, word, by, reason)
    journal.record(f"endorsement {word}", subject(practice), by, reason=reason)


def add_endorsement(practice, word, by, reason=""):
    """The same as a part of another act, whose line in the audit tells of it."""
    by_id = by.id if by else None
    db.session.add(Endorsement(practice_id=practice.id, word=word, by_id=by_id, reason=reason))
    db.session.flush()
    db.session.expire(practice, ["endorsements"])


def give_label(practice, kind, by=None, note="", name="", year=None):
    """The case has this label now; returns it, or None when it had it before. No revision is made."""
    if any((label.kind, label.name) == (kind, name) for label in practice.labels):
        return None
    label = Label(kind=kind, note=note, name=name, year=year, by_id=by.id if by else None)
    practice.labels.append(label)
    db.session.flush()
    journal.record("give label", subject(practice), by, news=False, label=label.id, kind=kind, name=name)
    return label


def take_label(practice, label, by, note):
    """The case has it no more; that it had it stays on record."""
    if label.removed_at:
        return
    label.removed_at, label.removed_by_id, label.removal_note = now(), by.id, note
    db.session.flush()
    db.session.expire(practice, ["labels"])
    about = {"label": label.id, "kind": label.kind, "name": label.name, "reason": note}
    journal.record("take label", subject(practice), by, news=False, **about)


def find_label(practice, label_id):
    """A label that this case has or had, or None."""
    return db.session.scalar(select(Label).where(Label.id == label_id, Label.practice_id == practice.id))
