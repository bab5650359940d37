"""Review (one round on one revision), Decision (who, what, why), Comment (on a field)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.accounts.models import User
from exchange.core.models import Model, index_where, now, one_of
from exchange.practices.models import Practice, Revision

VERDICTS = ("approve", "request_changes", "reject", "withdraw")
RUBRIC = ("clear", "went-wrong", "rights", "sources", "conditions", "personal-data")


class Review(Model):
    """One round on one revision; open until a decision closes it."""

    __tablename__ = "reviews"
    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), index=True)
    opened_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime | None]
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    taken_at: Mapped[datetime | None]
    conflict_note: Mapped[str] = mapped_column(default="")  # why a conflict of interest was overridden
    closed_at: Mapped[datetime | None]
    evidence_design: Mapped[str | None]
    evidence_independence: Mapped[str | None]
    public_note: Mapped[str] = mapped_column(default="")
    rubric: Mapped[dict] = mapped_column(default=dict)  # line of RUBRIC → yes, partly, no

    practice: Mapped[Practice] = relationship(lazy="joined")
    revision: Mapped[Revision] = relationship(lazy="joined")
    reviewer: Mapped[User | None] = relationship(foreign_keys=[reviewer_id], lazy="joined")
    comments: Mapped[list["Comment"]] = relationship(order_by="Comment.id", back_populates="review")
    decision: Mapped["Decision | None"] = relationship(back_populates="review")
    __table_args__ = (index_where("uq_reviews_open", "practice_id", where="closed_at IS NULL", unique=True),)


class Decision(Model):
    """The recorded verdict that closes a review; an approval names the exact text by its hash."""

    __tablename__ = "decisions"
    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), unique=True)
    verdict: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    reason: Mapped[str] = mapped_column(default="")
    gate: Mapped[str] = mapped_column(default="P")  # P, or I for imported cases
    content_hash: Mapped[str]
    review: Mapped[Review] = relationship(back_populates="decision")
    by: Mapped[User] = relationship(lazy="joined")
    __table_args__ = (
        CheckConstraint(one_of("verdict", VERDICTS), name="verdict"),
        CheckConstraint("verdict <> 'reject' OR length(reason) > 0", name="reason"),
    )


class Comment(Model):
    """A remark on one field of one revision, for the authors or for reviewers only."""

    __tablename__ = "comments"
    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), index=True)
    field: Mapped[str]
    words: Mapped[str]
    audience: Mapped[str] = mapped_column(default="authors")
    blocking: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    review: Mapped[Review] = relationship(back_populates="comments")
    by: Mapped[User] = relationship(foreign_keys=[by_id], lazy="joined")
    __table_args__ = (CheckConstraint(one_of("audience", ("authors", "reviewers")), name="audience"),)
