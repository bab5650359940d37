"""Figures looked at one by one: unchecked, checked, disputed, outdated. Nothing of it is part of the text."""

from dataclasses import dataclass

from sqlalchemy import func, select

from exchange.core import journal
from exchange.core.models import db
from exchange.moderation.models import ClaimCheck
from exchange.moderation.service.publication.visibility import hold_practice
from exchange.moderation.service.refusals import CheckedMeanwhile, ConflictOfInterest, ReasonMissing
from exchange.moderation.service.reviews import open_review
from exchange.moderation.service.rights import conflict_of
from exchange.practices import service as practices
from exchange.practices.models import READABLE
from exchange.practices.service import NotAllowed

NEED_A_NOTE = ("disputed", "outdated")
JUDGED = ("submitted", "in_review", "approved")  # texts that reviewers read before they are public


@dataclass(frozen=True)
class Claim:
    """One row of results as reviewers see it. `check` is the latest, or None for one that nobody checked."""

    key: str
    row: dict
    language: str
    is_public: bool
    check: ClaimCheck | None


def claims_of(practice):
    """The figures of the public text, then those that stand only in the text under review."""
    found, checks = {}, checks_of([practice.id])
    for revision, is_public in texts_of(practice):
        for row in revision.get("results", []):
            key = practices.claim_of(row)
            check = checks.get((practice.id, key))
            found.setdefault(key, Claim(key, row, revision.language, is_public, check))
    return list(found.values())


def texts_of(practice):
    """(revision, whether it is public) of every text whose figures can be checked now."""
    public = practices.public_revision(practice) if practice.visibility in READABLE else None
    if public:
        yield public, True
    working = practices.working_revision(practice)
    if working and working.state in JUDGED:
        yield working, False


def checks_of(practice_ids, session=None):
    """(practice id, claim) → its latest ClaimCheck; one query for any number of practices."""
    latest = (
        select(func.max(ClaimCheck.id))
        .where(ClaimCheck.practice_id.in_(practice_ids))
        .group_by(ClaimCheck.practice_id, ClaimCheck.claim)
    )
    rows = (session or db.session).scalars(select(ClaimCheck).where(ClaimCheck.id.in_(latest)))
    return {(check.practice_id, check.claim): check for check in rows}


def may_check(practice, user):
    """A moderator from elsewhere who did not write the case, and whoever has its review."""
    if not (user.is_authenticated and user.may_review):
        return False
    conflict = conflict_of(practice, user)
    review = open_review(practice)
    has_it = review is not None and review.reviewer_id == user.id
    if conflict == "author" or (conflict and not (has_it and review.conflict_note)):
        return False
    return user.is_moderator or has_it


def check_claim(practice, claim, state, by, note="", seen=0):
    """Say of one figure what was found; returns its ClaimCheck. `seen`: id of the check that stood, or 0.

    Raises NotAllowed, ConflictOfInterest, ReasonMissing, CheckedMeanwhile.
    """
    hold_practice(practice)
    if not may_check(practice, by):
        raise ConflictOfInterest(conflict_of(practice, by) or "author")
    if claim not in {one.key for one in claims_of(practice)}:
        raise NotAllowed("this figure stands in the case no more")
    note, latest = note.strip(), checks_of([practice.id]).get((practice.id, claim))
    if latest and (latest.state, latest.note) == (state, note):
        return latest
    if (latest.id if latest else 0) != seen:
        raise CheckedMeanwhile(latest)
    if state in NEED_A_NOTE and not note:
        raise ReasonMissing
    return put(practice, claim, state, by, note)


def put(practice, claim, state, by, note):
    check = ClaimCheck(practice_id=practice.id, claim=claim, state=state, note=note, by=by)
    db.session.add(check)
    db.session.flush()
    told = {"claim": claim, "state": state, "check": check.id}
    journal.record("check claim", practices.subject(practice), by, news=False, **told)
    return check
