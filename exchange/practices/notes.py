"""Notes beside the fields of a draft, among those who write it. The caller commits."""

from sqlalchemy import select

from exchange.core import journal
from exchange.core.models import db, now
from exchange.practices.models import Note
from exchange.practices.service import NotAllowed, subject

LONGEST = 2000


def add(practice, field, words, by):
    """A note on one field ('' for the whole); the same words again on the same field are the same note."""
    if not practice.may_be_noted_on_by(by):
        raise NotAllowed("only those who write or comment leave notes")
    twin = next(
        (one for one in of(practice) if (one.field, one.words, one.by_id) == (field, words, by.id)), None
    )
    if twin:
        return twin
    made = Note(practice_id=practice.id, field=field, words=words, by_id=by.id)
    db.session.add(made)
    db.session.flush()
    journal.record("add note", subject(practice), by, note=made.id, field=field)
    return made


def finish(note, practice, by):
    """It is dealt with; a second time changes nothing."""
    if note.practice_id != practice.id or not practice.may_be_noted_on_by(by):
        raise NotAllowed("no note of this case")
    db.session.refresh(note, with_for_update={"of": Note})
    if note.done_at is None:
        note.done_at, note.done_by_id = now(), by.id
        journal.record("finish note", subject(practice), by, news=False, note=note.id)


def of(practice):
    """The notes that are not dealt with, the oldest first."""
    return db.session.scalars(
        select(Note).where(Note.practice_id == practice.id, Note.done_at.is_(None)).order_by(Note.id)
    ).all()


def find(note_id):
    return db.session.get(Note, note_id)
