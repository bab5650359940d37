"""What everybody may read about the review of a public text: who or which role, marks, doubts, conflicts."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from exchange.core.models import db
from exchange.moderation.models import RUBRIC, Decision, Review
from exchange.moderation.service.reviews import approval_of


@dataclass
class PublicNote:
    """`name` is '' when the reviewer signs with the role; `marks` are (line of RUBRIC, mark).

    `rounds`: how often the text was read before it was approved, this time included; `asked`: the lines
    that were marked 'partly' or 'no' in the earlier ones.
    """

    role: str
    name: str
    at: datetime
    gate: str
    words: str
    unproven: str
    marks: list
    rubric_version: int | None
    conflict: bool
    conflict_words: str
    design: str
    independence: str
    rounds: int = 1
    asked: list = field(default_factory=list)
    reply: str = ""


def public_note(revision):
    """The PublicNote of an approved text, or None. Nothing in it comes from remarks or drafts."""
    approval = approval_of(revision)
    if approval is None:
        return None
    review = approval.review
    earlier = earlier_rounds(review)
    doubted = {line for _verdict, rubric in earlier for line, mark in rubric.items() if mark != "yes"}
    return PublicNote(
        role=approval.role,
        name=approval.by.name if review.signed and approval.by.is_active else "",
        at=approval.at,
        gate=approval.gate,
        words=review.public_note,
        unproven=review.unproven,
        marks=[(line, review.rubric[line]) for line in RUBRIC if review.rubric.get(line)],
        rubric_version=review.rubric_version,
        conflict=bool(review.conflict_note),
        conflict_words=review.conflict_note if review.rubric_version else "",
        design=review.evidence_design or "",
        independence=review.evidence_independence or "",
        rounds=1 + sum(verdict == "request_changes" for verdict, _rubric in earlier),
        asked=[line for line in RUBRIC if line in doubted],
        reply=review.reply.words if review.reply else "",
    )


def earlier_rounds(review):
    """(verdict, rubric) of the rounds since the text before this one was approved, the latest first."""
    rows = db.session.execute(
        select(Decision.verdict, Review.rubric, Review.revision_id)
        .join(Review, Review.id == Decision.review_id)
        .where(Review.practice_id == review.practice_id, Review.id < review.id)
        .order_by(Review.id.desc())
    )
    found = []
    for verdict, rubric, revision_id in rows:
        if verdict == "approve" and revision_id != review.revision_id:
            break
        found.append((verdict, rubric))
    return found
