"""The verbs of a batch: open, hand in, vet once, write to its cities, pull out, approve the rest together."""

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from exchange.accounts import service as accounts
from exchange.core import journal
from exchange.core.models import db, now
from exchange.moderation.bulk_models import KINDS, Batch, BatchCase
from exchange.moderation.models import RUBRIC, Review
from exchange.moderation.service.links import telling
from exchange.moderation.service.refusals import AlreadyDecided, ConflictOfInterest, ReasonMissing, Refusal
from exchange.moderation.service.review.many import approve_many, each
from exchange.moderation.service.reviews import open_review
from exchange.moderation.service.rights import has_written
from exchange.moderation.service.submitting import submit
from exchange.practices import service as practices
from exchange.practices.models import Practice, Revision
from exchange.practices.service import NotAllowed

AT_ONCE = 100  # cases that one press of a button deals with


class NameTaken(Refusal):
    """Another batch has this name."""


def subject(batch):
    return f"batch:{batch.id}"


def find(batch_id):
    return db.session.get(Batch, batch_id)


def named(name):
    return db.session.scalar(select(Batch).where(func.lower(Batch.name) == name.strip().lower()))


def seen_by(user):
    """The batches whose page this person may open, newest first."""
    query = select(Batch).order_by(Batch.id.desc())
    return db.session.scalars(query if user.is_moderator else query.where(Batch.sender_id == user.id)).all()


def sent_by(user):
    """The open batches that this person sends, by name."""
    mine = select(Batch).where(Batch.sender_id == user.id).order_by(Batch.name)
    return [batch for batch in db.session.scalars(mine) if batch.is_open and batch.is_sent_by(user)]


def cities_of(batch):
    """The cities whose cases it may hold: its own list, or every member."""
    return list(batch.cities) or accounts.member_cities()


def open_batch(by, sender, **said):
    """A coordinator opens a batch and names who sends it. Raises NotAllowed, NameTaken."""
    if not by.is_coordinator:
        raise NotAllowed("only a coordinator opens a batch")
    batch = Batch(sender=sender, opened_by_id=by.id)
    describe(batch, **said)
    db.session.add(batch)
    db.session.flush()
    journal.record("open batch", subject(batch), by, sender=sender.id, name=batch.name)
    return batch


def change(batch, by, sender, **said):
    """A coordinator puts right what a batch says of itself, or names another sender."""
    hold(batch)
    if not by.is_coordinator:
        raise NotAllowed("only a coordinator changes a batch")
    describe(batch, **said)
    batch.sender = sender
    journal.record("change batch", subject(batch), by, news=False, sender=sender.id, name=batch.name)


def describe(batch, kind, name, organisation="", rules="", languages=(), deadline=None, cities=()):
    other = named(name)
    if other is not None and other is not batch:
        raise NameTaken
    if kind not in KINDS:
        raise ValueError(kind)
    batch.kind, batch.name, batch.organisation = kind, name.strip(), organisation
    batch.rules, batch.languages, batch.deadline = rules, list(languages), deadline
    batch.cities = list(cities)


def hold(batch):
    """Hold the row until the commit."""
    db.session.flush()
    db.session.refresh(batch, Batch.__mapper__.column_attrs.keys(), with_for_update={"of": Batch})


# Its cases


def add_case(batch, practice):
    db.session.add(BatchCase(batch_id=batch.id, practice_id=practice.id))
    db.session.flush()


def case_of(practice):
    """The BatchCase of a practice, with its batch, or None."""
    return db.session.get(BatchCase, practice.id)


def find_case(batch, practice):
    found = case_of(practice) if practice else None
    return found if found and found.batch_id == batch.id else None


def travels_together(practice):
    """Whether letters about this case are left to its batch."""
    found = case_of(practice)
    return found is not None and found.excepted_at is None


def vetting_of(revision):
    """The Batch with whose vetting this very text was approved, or None."""
    found = case_of(revision.practice)
    return found.batch if found and found.vetted_revision_id == revision.id else None


def latest():
    """Revision ids: the newest of each practice."""
    return select(func.max(Revision.id)).group_by(Revision.practice_id)


def cases(batch, *conditions):
    """`select` of (BatchCase, Practice, its latest Revision), in the order they came."""
    return (
        select(BatchCase, Practice, Revision)
        .join(Practice, Practice.id == BatchCase.practice_id)
        .join(Revision, Revision.practice_id == Practice.id)
        .where(BatchCase.batch_id == batch.id, Revision.id.in_(latest()), *conditions)
        .order_by(Practice.id)
    )


STANDS = {  # what a batch counts → states of the latest text
    "drafts": ("draft", "changes_requested"),
    "submitted": ("submitted", "in_review"),
    "approved": ("approved",),
    "published": ("published", "superseded"),
    "rejected": ("rejected",),
}


def progress(batches):
    """Batch id → {received, drafts, submitted, approved, published, rejected, excepted}; one query."""
    found = {batch.id: dict.fromkeys(("received", *STANDS, "excepted"), 0) for batch in batches}
    rows = db.session.execute(
        select(BatchCase.batch_id, Revision.state, func.count(), func.count(BatchCase.excepted_at))
        .join(Revision, Revision.practice_id == BatchCase.practice_id)
        .where(BatchCase.batch_id.in_(found), Revision.id.in_(latest()))
        .group_by(BatchCase.batch_id, Revision.state)
    )
    for batch_id, state, number, excepted in rows:
        stand = next(name for name, states in STANDS.items() if state in states)
        found[batch_id][stand] += number
        found[batch_id]["received"] += number
        found[batch_id]["excepted"] += excepted
    return found


def reviews_of(practices_):
    """Practice id → id of its latest review; those never submitted are left out."""
    found = db.session.execute(
        select(Review.practice_id, func.max(Review.id))
        .where(Review.practice_id.in_([practice.id for practice in practices_]))
        .group_by(Review.practice_id)
    )
    return dict(found.all())


# Handing in


def hand_in(batch, by, declarations):
    """The sender submits the next drafts that pass gate S, declaring for all of them at once.

    Returns (practices submitted, [(practice, refusal)] of those that stay drafts). A single case makes
    no letter.
    """
    hold(batch)
    if not batch.is_sent_by(by):
        raise NotAllowed("only the sender hands a batch in")
    waiting = db.session.execute(cases(batch, Revision.state == "draft")).all()
    done, stay = [], []

    def act(row):
        practices.lock(row.Revision)
        practices.write(row.Revision, {"declarations": list(declarations)}, {})
        return submit(row.Revision, by, quiet=row.BatchCase.excepted_at is None)

    for row, result in each(waiting[: 5 * AT_ONCE], act):
        if isinstance(result, Review):
            done.append(row.Practice)
        else:
            stay.append((row.Practice, result))
    return done, stay


# Vetting, exceptions, letters


def record_vetting(batch, by, who, how, on="", rubric=None):
    """A moderator records, once, who vetted the batch, how and when; the same again changes nothing.

    Raises NotAllowed, ConflictOfInterest (the sender vets nothing), AlreadyDecided, ReasonMissing.
    """
    hold(batch)
    judge(batch, by)
    marks = {line: mark for line, mark in (rubric or {}).items() if line in RUBRIC and mark}
    said = (who.strip(), how.strip(), on, marks)
    if batch.is_vetted:
        if said == (batch.vetted_by, batch.vetted_how, batch.vetted_on, batch.rubric):
            return
        raise AlreadyDecided
    if not (said[0] and said[1]):
        raise ReasonMissing
    batch.vetted_by, batch.vetted_how, batch.vetted_on, batch.rubric = said
    batch.recorded_at, batch.recorded_by = now(), by
    journal.record("vet batch", subject(batch), by, news=False, who=said[0], how=said[1], on=on)


def judge(batch, by):
    if not by.is_moderator:
        raise NotAllowed("only moderators judge a batch")
    if batch.sender_id == by.id:
        raise ConflictOfInterest("author")


def pull_out(case, by, reason):
    """From here on this case is reviewed like any other. Raises NotAllowed once it was approved together."""
    hold(case.batch)
    db.session.refresh(case)
    judge(case.batch, by)
    if has_written(case.practice, by):
        raise ConflictOfInterest("author")
    if case.excepted_at:
        return
    if case.vetted_revision_id:
        raise NotAllowed("it was approved with the batch")
    if not reason.strip():
        raise ReasonMissing
    case.excepted_at, case.excepted_by_id, case.exception = now(), by.id, reason.strip()
    if case.told_at is None and open_review(case.practice):
        case.told_at = now()
        telling.tell(case.practice, by)
    journal.record(
        "pull out of batch", practices.subject(case.practice), by, batch=case.batch_id, reason=reason.strip()
    )


def write_to_cities(batch, by):
    """One letter to each city about all of its cases that it has not been told of; returns how many go."""
    hold(batch)
    if not (by.is_moderator or batch.is_sent_by(by)):
        raise NotAllowed("only moderators and the sender write to the cities")
    told = {}
    for row in db.session.execute(untold(batch)).all():
        row.BatchCase.told_at = now()
        telling.tell(row.Practice, by, quiet=True)
        told.setdefault(row.Practice.city_id, []).append(row.Practice.id)
    for city_id, ids in told.items():
        journal.record("write to city", subject(batch), by, city=city_id, cases=ids)
    return len(told)


def untold(batch):
    """Cases that were handed in and that their city has had no letter about."""
    states = (*STANDS["submitted"], *STANDS["approved"])
    return cases(batch, BatchCase.told_at.is_(None), Revision.state.in_(states))


def cities_untold(batch):
    """How many cities have cases in the queue that no letter has told them of."""
    return len({row.Practice.city_id for row in db.session.execute(untold(batch)).all()})


# Together


def waiting(batch):
    """`select` of what can be approved together: in the queue, and not pulled out."""
    return cases(batch, Revision.state.in_(STANDS["submitted"]), BatchCase.excepted_at.is_(None))


def number_waiting(batch):
    return db.session.scalar(select(func.count()).select_from(waiting(batch).order_by(None).subquery()))


def approve_together(batch, by, design, independence, publish_now=True):
    """The next cases through the usual gates, each by its own recorded decision, vetted with the batch.

    Returns [(Review, Decision or refusal)]. Raises NotAllowed while nobody has recorded the vetting.
    """
    hold(batch)
    judge(batch, by)
    if not batch.is_vetted:
        raise NotAllowed("the vetting of this batch has not been recorded")
    rows = {row.Practice.id: row.BatchCase for row in db.session.execute(waiting(batch)).all()}
    results = approve_many(
        next_reviews(rows), by, design, independence, publish_now=publish_now, rubric=batch.rubric
    )
    for review, result in results:
        if not isinstance(result, Exception):
            rows[review.practice_id].vetted_revision_id = review.revision_id
    approved = sum(not isinstance(result, Exception) for _review, result in results)
    if approved:
        journal.tell("approve batch", subject=subject(batch), by_id=by.id, number=approved)
    return results


def next_reviews(ids):
    return db.session.scalars(
        select(Review)
        .where(Review.practice_id.in_(ids), Review.closed_at.is_(None))
        .options(joinedload(Review.reviewer))
        .order_by(Review.id)
        .limit(AT_ONCE)
    ).all()
