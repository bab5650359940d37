"""Wording suggested inside a field: its author takes it or declines it with one click.

While the text is in review what she takes is collected, for a submitted text does not change; it goes
into the new draft when the review asks for changes. In a draft it goes into the text at once.
"""

from sqlalchemy import select

from exchange.core import journal
from exchange.core.models import db, now
from exchange.moderation.models import Suggestion
from exchange.moderation.service.refusals import AlreadyAnswered, AlreadyTakenUp, TextChanged
from exchange.moderation.service.review.reading import remember
from exchange.moderation.service.reviews import hold, record, touch
from exchange.moderation.service.rights import may_suggest
from exchange.practices import history, schema
from exchange.practices import service as practices
from exchange.practices.service import NotAllowed

KINDS = ("line", "text")


def places(revision, field):
    """(row, part, label, text) of every text inside a field for which other words can be suggested."""
    if not field.public:
        return []
    told = revision.get(field.name, None)
    if field.kind in KINDS:
        return [(None, None, field.label, told)] if told else []
    if not field.has_rows:
        return []
    return [
        (number, part.name, part.label, row[part.name])
        for number, row in enumerate(told or [])
        for part in field.parts
        if part.kind in KINDS and row.get(part.name)
    ]


def text_at(revision, field, row=None, part=None):
    """The text at a place as `places` names it; raises NotAllowed where there is none."""
    found = [place for place in places(revision, find_field(field)) if place[:2] == (row, part)]
    if not found:
        raise NotAllowed("there are no words here")
    return found[0][3]


def find_field(name):
    if name not in schema.FIELDS:
        raise NotAllowed("there is no such field")
    return schema.FIELDS[name]


def suggest(review, by, field, after, row=None, part=None, why=""):
    """Other words for what stands there; returns the Suggestion, the same when it was made before."""
    hold(review)
    if review.closed_at or review.revision.state != "in_review":
        raise NotAllowed("wording is suggested while a case is in review")
    if not may_suggest(review, by):
        raise NotAllowed("only moderators suggest wording, to a case that has authors")
    before = text_at(review.revision, field, row, part)
    if not after.strip() or after == before:
        raise NotAllowed("these words say nothing else")
    what = {"field": field, "row": row, "part": part, "before": before, "after": after, "by_id": by.id}
    alike = select(Suggestion).filter_by(review_id=review.id, answer=None, **what)
    if found := db.session.scalar(alike.limit(1)):
        return found
    made = Suggestion(review=review, why=why, **what)
    db.session.add(made)
    db.session.flush()
    touch(review, by)
    remember(review, by)
    record("suggest wording", review, by, suggestion=made.id)
    return made


def accept(suggestion, by):
    """The author takes the words. Raises AlreadyAnswered, AlreadyTakenUp, TextChanged, NotAllowed."""
    if answered(suggestion, by, "accepted"):
        return
    review, text = suggestion.review, practices.working_revision(suggestion.review.practice)
    if text is None:
        raise NotAllowed("there is no text to put the words into")
    if text.state == "draft":
        put_into(text, suggestion)
    elif text.id == review.revision_id and text.state in ("submitted", "in_review"):
        check_free(suggestion)
    else:
        raise NotAllowed("an approved text does not change")
    note_answer(suggestion, "accepted", by, applied=text.state == "draft")


def decline(suggestion, by):
    """The author keeps her own words."""
    if not answered(suggestion, by, "declined"):
        note_answer(suggestion, "declined", by)


def take_back_wording(suggestion, by):
    """Whoever suggested the words, or has the case, thinks better of it, until they are in the text."""
    hold(suggestion.review)
    db.session.refresh(suggestion)
    if suggestion.answer == "taken back":
        return
    has_it = suggestion.review.reviewer_id == by.id and may_suggest(suggestion.review, by)
    if not (suggestion.by_id == by.id or has_it):
        raise NotAllowed("only whoever suggested the words takes them back")
    if suggestion.applied_at or suggestion.answer == "declined":
        raise AlreadyAnswered(suggestion)
    note_answer(suggestion, "taken back", by)


def answered(suggestion, by, word):
    """Hold the row; whether this very answer was given before. Raises when it is not theirs to answer."""
    hold(suggestion.review)
    db.session.refresh(suggestion)
    if not suggestion.review.practice.may_be_edited_by(by):
        raise NotAllowed("only those who write a case say yes or no to other words")
    if suggestion.answer and suggestion.answer != word:
        raise AlreadyAnswered(suggestion)
    return suggestion.answer == word


def note_answer(suggestion, word, by, applied=False):
    suggestion.applied_at = now() if applied else None
    suggestion.answer, suggestion.answered_at, suggestion.answered_by_id = word, now(), by.id
    db.session.flush()
    subject = practices.subject(suggestion.review.practice)
    act = {"accepted": "accept wording", "declined": "decline wording", "taken back": "take back wording"}
    journal.record(act[word], subject, by, news=False, suggestion=suggestion.id)


def check_free(suggestion):
    """Of two wordings for one place only one can go into the text."""
    rivals = waiting_for(suggestion.review)
    place = (suggestion.field, suggestion.row, suggestion.part)
    if any((one.field, one.row, one.part) == place for one in rivals if one.id != suggestion.id):
        raise AlreadyTakenUp


def waiting_for(review):
    """Wording that its author took while the text was in review: it goes into the next draft."""
    return db.session.scalars(
        select(Suggestion)
        .where(
            Suggestion.review_id == review.id,
            Suggestion.answer == "accepted",
            Suggestion.applied_at.is_(None),
        )
        .order_by(Suggestion.id)
    ).all()


def apply_accepted(review, draft):
    """The new draft begins with the wording that its author took."""
    for suggestion in waiting_for(review):
        put_into(draft, suggestion)
        suggestion.applied_at = now()


def put_into(draft, suggestion):
    """Put the words into the draft where the old ones stand; raises TextChanged when they do not."""
    practices.lock(draft)
    if draft.state != "draft":
        raise NotAllowed("only a draft can be written to")
    history.remember_start(draft)
    practices.write(draft, {suggestion.field: replaced(suggestion, draft)}, {})
    draft.saved_at = now()
    history.remember(draft, None, fresh=True)


def replaced(suggestion, draft):
    """The answer of the field with the new words in it. A row may have moved, its words may not."""
    told = draft.get(suggestion.field, None)
    if suggestion.part is None:
        if told != suggestion.before:
            raise TextChanged
        return suggestion.after
    rows = [dict(row) for row in told or []]
    holding = [row for row in rows if row.get(suggestion.part) == suggestion.before]
    there = rows[suggestion.row] if suggestion.row < len(rows) else None
    if not holding or (there not in holding and len(holding) > 1):
        raise TextChanged
    target = there if there in holding else holding[0]
    target[suggestion.part] = suggestion.after
    return rows
