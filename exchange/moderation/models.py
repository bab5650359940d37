"""Review (one round on one revision), Decision (who, what, why), Comment (on a field), Suggestion (of words).

What reviewers keep beside them: Reading (which text somebody read), Note (what somebody has typed so
far), CannedReason (a sentence that fits many cases). And what follows a decision: Reply and Appeal of the
authors, Plan (when it goes public), Hold (when nothing does).
"""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.accounts.models import City, User
from exchange.core.i18n import in_language
from exchange.core.models import Model, index_where, now, one_of
from exchange.practices.models import Practice, Revision, in_rows

VERDICTS = ("approve", "request_changes", "reject", "withdraw")
RUBRIC_VERSION = 1  # raise it whenever a line is added, dropped or means something else
RUBRIC = {
    "clear": _l("Clear to a stranger"),
    "went-wrong": _l("Says what went wrong"),
    "rights": _l("Pictures have rights"),
    "sources": _l("Figures have a source"),
    "conditions": _l("Conditions for others"),
    "personal-data": _l("Nobody’s personal data"),
}
MARKS = {"yes": _l("Yes"), "partly": _l("Partly"), "no": _l("No")}
OUTCOMES = ("reopened", "upheld")


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
    claim_until: Mapped[datetime | None]  # then a claim that nobody touched goes back; None: it was assigned
    warned_at: Mapped[datetime | None]  # that the claim is about to go back
    reminded_at: Mapped[datetime | None]  # of the due date
    conflict_note: Mapped[str] = mapped_column(default="")  # why a conflict of interest was overridden
    closed_at: Mapped[datetime | None]
    evidence_design: Mapped[str | None]
    evidence_independence: Mapped[str | None]
    public_note: Mapped[str] = mapped_column(default="")
    rubric: Mapped[dict] = mapped_column(default=dict)  # line of RUBRIC → yes, partly, no
    rubric_notes: Mapped[dict] = mapped_column(default=dict)  # line of RUBRIC → a sentence
    rubric_version: Mapped[int | None]  # of RUBRIC when it was marked; None before there were versions
    unproven: Mapped[str] = mapped_column(default="")  # what remains unproven, for everyone to read
    signed: Mapped[bool] = mapped_column(default=False)  # the note names the reviewer, not only the role

    practice: Mapped[Practice] = relationship(lazy="joined")
    revision: Mapped[Revision] = relationship(lazy="joined")
    reviewer: Mapped[User | None] = relationship(foreign_keys=[reviewer_id], lazy="joined")
    comments: Mapped[list["Comment"]] = relationship(order_by="Comment.id", back_populates="review")
    decision: Mapped["Decision | None"] = relationship(back_populates="review")
    reply: Mapped["Reply | None"] = relationship(back_populates="review")
    appeal: Mapped["Appeal | None"] = relationship(  # of its case: there is one
        primaryjoin="foreign(Appeal.practice_id) == Review.practice_id", viewonly=True, uselist=False
    )
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
    reason_code: Mapped[str | None]  # of the canned reason it began with
    language: Mapped[str] = mapped_column(default="")  # that the reason is written in, where it was said
    role: Mapped[str] = mapped_column(default="moderator")  # in which it was decided
    gate: Mapped[str] = mapped_column(default="P")  # P, or I for imported cases
    content_hash: Mapped[str]
    review: Mapped[Review] = relationship(back_populates="decision")
    by: Mapped[User] = relationship(lazy="joined")
    __table_args__ = (
        CheckConstraint(one_of("verdict", VERDICTS), name="verdict"),
        CheckConstraint("verdict <> 'reject' OR length(reason) > 0", name="reason"),
    )


class Comment(Model):
    """A remark on one field of one revision, for the authors or for reviewers only; or an answer to one."""

    __tablename__ = "comments"
    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"), index=True)
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
    answers: Mapped[list["Comment"]] = relationship(order_by="Comment.id")
    __table_args__ = (CheckConstraint(one_of("audience", ("authors", "reviewers")), name="audience"),)


class Suggestion(Model):
    """Other words for one field, or for one part of one of its rows. Its author says yes or no once.

    `applied_at` is when the words went into the text.
    """

    __tablename__ = "suggestions"
    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), index=True)
    field: Mapped[str]
    row: Mapped[int | None]
    part: Mapped[str | None]
    before: Mapped[str]
    after: Mapped[str]
    why: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    applied_at: Mapped[datetime | None]
    review: Mapped[Review] = relationship()
    by: Mapped[User] = relationship(foreign_keys=[by_id], lazy="joined")
    __table_args__ = (
        CheckConstraint(one_of("answer", ("accepted", "declined", "taken back")), name="answer"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        CheckConstraint("applied_at IS NULL OR coalesce(answer, '') = 'accepted'", name="applied"),
    )


class Reading(Model):
    """The text of a case as a reviewer last read it; of each case and reviewer the last two are kept."""

    __tablename__ = "readings"
    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    content_hash: Mapped[str]
    text: Mapped[dict] = mapped_column(default=dict)  # title, summary, language, answers, missing
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (UniqueConstraint("user_id", "practice_id", "content_hash"),)

    def get(self, field, empty=""):
        """As `Revision.get`."""
        value = self.text.get(field) or self.text.get("answers", {}).get(field)
        return empty if value in (None, "") else in_rows(field, value)


class Note(Model):
    """What one reviewer has typed on one review so far: notes for reviewers, and a decision to be."""

    __tablename__ = "review_notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    words: Mapped[str] = mapped_column(default="")
    typed: Mapped[dict] = mapped_column(default=dict)  # control of the decision → what was typed
    saved_at: Mapped[datetime] = mapped_column(default=now)
    by: Mapped[User] = relationship(lazy="joined")
    __table_args__ = (UniqueConstraint("review_id", "by_id"),)


class CannedReason(Model):
    """A reason that fits many cases, in several languages; a moderator begins with it and writes on."""

    __tablename__ = "canned_reasons"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    labels: Mapped[dict] = mapped_column(default=dict)  # language → what moderators choose by
    texts: Mapped[dict] = mapped_column(default=dict)  # language → what authors read
    retired_at: Mapped[datetime | None]

    def label(self, language):
        return in_language(self.labels, language)

    def text(self, language):
        return in_language(self.texts, language)


class Reply(Model):
    """The authors have seen evidence and review note; `words` stand beside the note, or there are none."""

    __tablename__ = "replies"
    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), unique=True)
    words: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    review: Mapped[Review] = relationship(back_populates="reply")


class Appeal(Model):
    """The lead author asks somebody else to think again about a rejection: once for each case."""

    __tablename__ = "appeals"
    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), unique=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), index=True)
    words: Mapped[str] = mapped_column(default="")  # '' when it did not come through this site
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    outcome: Mapped[str | None]
    reason: Mapped[str] = mapped_column(default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    review: Mapped[Review] = relationship()
    by: Mapped[User] = relationship(foreign_keys=[by_id], lazy="joined")
    __table_args__ = (
        CheckConstraint(one_of("outcome", OUTCOMES), name="outcome"),
        CheckConstraint("outcome IS NULL OR length(reason) > 0", name="reason"),
    )


class Plan(Model):
    """An approved text is to go public at this moment, or as soon after it as nothing hinders that."""

    __tablename__ = "plans"
    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    publish_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]  # published, changed or cancelled
    revision: Mapped[Revision] = relationship()
    by: Mapped[User] = relationship(lazy="joined")
    __table_args__ = (
        index_where("uq_plans_running", "revision_id", where="ended_at IS NULL", unique=True),
        index_where("ix_plans_due", "publish_at", where="ended_at IS NULL"),
    )


class Hold(Model):
    """A time in which nothing goes public: of one case (embargo), of one city or of all (pause)."""

    __tablename__ = "holds"
    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int | None] = mapped_column(ForeignKey("practices.id"), index=True)
    city_id: Mapped[int | None] = mapped_column(ForeignKey("cities.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(default=now)
    ends_at: Mapped[datetime]
    reason: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]  # before its time
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by: Mapped[User] = relationship(foreign_keys=[by_id], lazy="joined")
    city: Mapped[City | None] = relationship(lazy="joined")
    __table_args__ = (
        CheckConstraint("practice_id IS NULL OR city_id IS NULL", name="one_scope"),
        CheckConstraint("ends_at > starts_at", name="lasts"),
        index_where(
            "uq_holds_embargo",
            "practice_id",
            where="practice_id IS NOT NULL AND ended_at IS NULL",
            unique=True,
        ),
    )


class HeldText(Model):
    """An approved text that a hold keeps from going public; its authors hear when that begins and ends."""

    __tablename__ = "held_texts"
    hold_id: Mapped[int] = mapped_column(ForeignKey("holds.id"), primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
    over_at: Mapped[datetime | None]
    hold: Mapped[Hold] = relationship(lazy="joined")
    revision: Mapped[Revision] = relationship()
    __table_args__ = (index_where("ix_held_texts_running", "hold_id", where="over_at IS NULL"),)


class ClaimCheck(Model):
    """What a reviewer found of one figure; the latest row counts. It stands outside the revision.

    `claim` is the fingerprint of the row of results: an unchanged row keeps its check in a new version, a
    changed one begins unchecked.
    """

    __tablename__ = "claim_checks"
    STATES = ("unchecked", "checked", "disputed", "outdated")
    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    claim: Mapped[str]
    state: Mapped[str]
    note: Mapped[str] = mapped_column(default="")  # for everyone to read
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    by: Mapped[User] = relationship(lazy="joined")
    __table_args__ = (
        CheckConstraint(one_of("state", STATES), name="state"),
        CheckConstraint("state NOT IN ('disputed', 'outdated') OR length(note) > 0", name="note"),
        Index("ix_claim_checks_claim", "practice_id", "claim"),
    )


class Evaluation(Model):
    """An evaluation of a public case that a reader proposed, and what a moderator said to it."""

    __tablename__ = "evaluations"
    STATES = ("proposed", "accepted", "declined", "removed")
    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    title: Mapped[str]
    address: Mapped[str]
    design: Mapped[str]
    finding: Mapped[str]
    language: Mapped[str]  # of title and finding
    state: Mapped[str] = mapped_column(default="proposed")
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(default="")
    practice: Mapped[Practice] = relationship(lazy="joined")
    by: Mapped[User] = relationship(foreign_keys=[by_id], lazy="joined")
    __table_args__ = (
        CheckConstraint(one_of("state", STATES), name="state"),
        CheckConstraint("state NOT IN ('declined', 'removed') OR length(reason) > 0", name="reason"),
        index_where(
            "uq_evaluations_address",
            "practice_id",
            "address",
            where="state IN ('proposed', 'accepted')",
            unique=True,
        ),
    )
