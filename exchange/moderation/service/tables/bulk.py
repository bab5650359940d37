"""One act on many imported cases, each a case of its own: done whole or not at all, and recorded singly."""

from exchange.core.models import db
from exchange.moderation.service.publication.gates import hindrances
from exchange.moderation.service.refusals import AlreadyDecided, ReasonMissing, Refusal, TextChanged
from exchange.moderation.service.review.deciding import decide
from exchange.moderation.service.review.taking import take
from exchange.moderation.service.reviews import hold
from exchange.moderation.service.rights import may_read
from exchange.moderation.service.tables.importing import approve_import
from exchange.practices.service import NotAllowed

MOST = 100  # at a time: some seconds


def in_bulk(act, seen, by, reason=""):
    """Take, approve or reject imported cases; `seen` are pairs (review, hash of the text on the list).

    Returns (reviews done, [(review, what it was refused with)]). A refused one is as it was before.
    """
    if len(seen) > MOST:
        raise NotAllowed(f"at most {MOST} at a time")
    if act == "reject" and not reason.strip():
        raise ReasonMissing
    done, refused = [], []
    for review, seen_hash in seen:
        try:
            with db.session.begin_nested():
                one_of_many(act, review, seen_hash, by, reason)
            done.append(review)
        except (Refusal, NotAllowed) as error:
            refused.append((review, error))
    return done, refused


def one_of_many(act, review, seen_hash, by, reason):
    hold(review)
    if not (review.practice.is_imported and by.is_moderator and may_read(review, by)):
        raise NotAllowed("only imported cases are dealt with in bulk, by moderators")
    if seen_hash != review.revision.content_hash:
        raise TextChanged
    ACTS[act](review, by, reason)


def approve_one(review, by, _reason):
    decision = review.decision
    if review.closed_at and not (decision and decision.verdict == "approve" and decision.by_id == by.id):
        raise AlreadyDecided(decision)
    if review.closed_at is None and (lacking := hindrances(review)):
        raise lacking
    approve_import(review.revision, by)


def reject_one(review, by, reason):
    if review.closed_at is None:
        take(review, by)
    decide(review, "reject", by, reason=reason)


ACTS = {
    "take": lambda review, by, _reason: take(review, by),
    "approve": approve_one,
    "reject": reject_one,
}
