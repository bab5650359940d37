"""What a reviewer has typed on a review so far, kept as she types, seen by reviewers alone."""

from sqlalchemy import select

from exchange.core.models import db, now
from exchange.moderation.models import Note
from exchange.moderation.service.refusals import AlreadyDecided
from exchange.moderation.service.reviews import hold, record, touch
from exchange.moderation.service.rights import may_read
from exchange.practices.service import Changed, NotAllowed, fingerprint


def keep_note(review, by, words, typed, base, told=True):
    """Keep notes and a decision to be; returns the Note. `told`: with an audit line of its own.

    `base` is what this was typed on top of, from `base_of_note`. Raises Changed, with the Note as it
    stands, when another tab kept something else meanwhile; then nothing is written.
    """
    hold(review)
    if review.closed_at:
        raise AlreadyDecided(review.decision)
    if not may_read(review, by):
        raise NotAllowed("only those who review a case keep notes on it")
    note = note_of(review, by)
    if note and (note.words, note.typed) == (words, typed):
        return note
    if base != base_of_note(note):
        raise Changed(note)
    if note is None:
        note = Note(review_id=review.id, by=by)
        db.session.add(note)
    note.words, note.typed, note.saved_at = words, typed, now()
    db.session.flush()
    touch(review, by)
    if told:
        record("keep notes", review, by, news=False)
    return note


def note_of(review, user):
    return db.session.scalar(select(Note).where(Note.review_id == review.id, Note.by_id == user.id))


def base_of_note(note):
    """A fingerprint of what stands; of nothing, too."""
    return fingerprint([note.words, note.typed] if note else ["", {}])[:20]
