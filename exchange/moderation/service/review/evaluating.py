"""Evaluations that readers propose: a moderator takes them in beside the case, or says why not."""

from sqlalchemy import exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import lazyload

from exchange.core import journal
from exchange.core.models import db, now
from exchange.moderation.models import Evaluation
from exchange.moderation.service.publication.visibility import hold_practice
from exchange.moderation.service.refusals import (
    AlreadyDecided,
    ConflictOfInterest,
    KnownAlready,
    ReasonMissing,
    TooManyWaiting,
)
from exchange.moderation.service.rights import has_written
from exchange.practices import service as practices
from exchange.practices.models import READABLE, Author, Practice, Revision
from exchange.practices.service import NotAllowed

MOST_WAITING = 10  # proposals of one person
STANDING = ("proposed", "accepted")
PAGE = 50


def may_propose(practice, user):
    """A reader with a proven address, on a public case; whoever writes it names evaluations in the text."""
    if not (user.is_authenticated and user.verified_at and practice.visibility == "public"):
        return False
    return not (practice.may_be_edited_by(user) or has_written(practice, user))


def propose_evaluation(practice, by, title, address, design, finding, language):
    """The proposal waits on the desk; returns it. Sent twice it is one.

    Raises NotAllowed, KnownAlready, TooManyWaiting.
    """
    hold_practice(practice)
    if not may_propose(practice, by):
        raise NotAllowed("only readers who did not write a public case propose an evaluation of it")
    if earlier := standing_one(practice, address):
        if earlier.by_id == by.id and earlier.state == "proposed":
            return earlier
        raise KnownAlready
    if address in told_by_authors(practice):
        raise KnownAlready
    if waiting_of(by) >= MOST_WAITING:
        raise TooManyWaiting
    return put(
        Evaluation(
            practice=practice,
            by=by,
            title=title,
            address=address,
            design=design,
            finding=finding,
            language=language,
        )
    )


def put(evaluation):
    try:
        with db.session.begin_nested():
            db.session.add(evaluation)
    except IntegrityError as error:
        raise KnownAlready from error
    record("propose evaluation", evaluation, evaluation.by, news=False)
    return evaluation


def standing_one(practice, address):
    return db.session.scalar(
        select(Evaluation).where(
            Evaluation.practice_id == practice.id,
            Evaluation.address == address,
            Evaluation.state.in_(STANDING),
        )
    )


def told_by_authors(practice):
    revision = practices.public_revision(practice)
    return {row.get("address") for row in revision.get("evaluations", [])} if revision else set()


def waiting_of(user):
    mine = (Evaluation.by_id == user.id, Evaluation.state == "proposed")
    return db.session.scalar(select(func.count(Evaluation.id)).where(*mine))


def accept_evaluation(evaluation, by):
    """It stands beside the case from now on. Raises NotAllowed, ConflictOfInterest, AlreadyDecided."""
    move(evaluation, "proposed", "accepted", by, "")


def decline_evaluation(evaluation, by, reason):
    """It does not; the proposer hears why. Raises also ReasonMissing."""
    move(evaluation, "proposed", "declined", by, reason)


def remove_evaluation(evaluation, by, reason):
    """One that was accepted is taken off the case again, with a reason."""
    move(evaluation, "accepted", "removed", by, reason)


ACTS = {"accepted": "accept evaluation", "declined": "decline evaluation", "removed": "remove evaluation"}


def move(evaluation, before, after, by, reason):
    hold(evaluation)
    if not by.is_moderator:
        raise NotAllowed("only moderators decide on evaluations")
    if evaluation.by_id == by.id or has_written(evaluation.practice, by):
        raise ConflictOfInterest("proposer" if evaluation.by_id == by.id else "author")
    if evaluation.state == after and evaluation.decided_by_id == by.id:
        return
    if evaluation.state != before:
        raise AlreadyDecided
    if after != "accepted" and not reason.strip():
        raise ReasonMissing
    evaluation.state, evaluation.reason = after, reason.strip()
    evaluation.decided_at, evaluation.decided_by_id = now(), by.id
    record(ACTS[after], evaluation, by)


def hold(evaluation):
    db.session.flush()
    db.session.refresh(evaluation, Evaluation.__mapper__.column_attrs.keys(), with_for_update=True)


def record(act, evaluation, by, news=True):
    subject = practices.subject(evaluation.practice)
    journal.record(act, subject, by, news=news, evaluation=evaluation.id, reason=evaluation.reason)


def evaluations_of(practice):
    """Those that stand beside the case, the oldest first."""
    return accepted_evaluations([practice.id]).get(practice.id, [])


def accepted_evaluations(practice_ids, session=None):
    """Practice id → its accepted evaluations, the oldest first; one query for any number of practices."""
    here = (Evaluation.practice_id.in_(practice_ids), Evaluation.state == "accepted")
    rows = select(Evaluation).where(*here).options(lazyload("*")).order_by(Evaluation.id)
    found = {}
    for one in (session or db.session).scalars(rows):
        found.setdefault(one.practice_id, []).append(one)
    return found


def words_of_evaluations(session, practice_ids):
    """Practice id → the words by which accepted evaluations lead to the case (see `indexing.also`)."""
    found = accepted_evaluations(practice_ids, session)
    return {key: [text for one in some for text in (one.title, one.finding)] for key, some in found.items()}


def proposed_evaluations(user):
    """(evaluation, public title, its language) that wait for whoever may decide on them, the oldest first."""
    if not user.is_moderator:
        return []
    own = exists().where(
        Author.practice_id == Evaluation.practice_id, Author.user_id == user.id, Author.role != "viewer"
    )
    return db.session.execute(
        select(Evaluation, Revision.title, Revision.language)
        .join(Practice, Practice.id == Evaluation.practice_id)
        .join(Revision, (Revision.practice_id == Practice.id) & (Revision.state == "published"))
        .where(Practice.visibility.in_(READABLE))
        .where(Evaluation.state == "proposed", Evaluation.by_id != user.id, ~own)
        .order_by(Evaluation.id)
        .limit(PAGE)
    ).all()
