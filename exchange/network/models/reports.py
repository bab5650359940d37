"""Report, Hiding, Lock: what people say against something others wrote, and what moderators did about it.

They point to a thing by its kind and number, so that whatever the network holds can be reported and hidden.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.accounts.models import User
from exchange.core.models import Model, index_where, now, one_of

WHYS = ("advertising", "insult", "personal-data", "rights", "wrong", "other")


class Report(Model):
    """Somebody says that a thing should not stand there; one open report of each person about each thing."""

    __tablename__ = "reports"
    OUTCOMES = ("hidden", "kept")
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    thing_id: Mapped[int]
    why: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    outcome: Mapped[str | None]
    reason: Mapped[str] = mapped_column(default="")  # for whoever reported it
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by: Mapped[User] = relationship(foreign_keys=[by_id], lazy="joined")
    __table_args__ = (
        CheckConstraint(one_of("why", WHYS), name="why"),
        CheckConstraint(one_of("outcome", OUTCOMES), name="outcome"),
        CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="decided"),
        Index("ix_reports_thing", "kind", "thing_id"),
        index_where("uq_reports_open", "kind", "thing_id", "by_id", where="decided_at IS NULL", unique=True),
    )


class Hiding(Model):
    """A thing is hidden from everybody but its author and moderators, from one moment to another.

    Its author may appeal once; somebody else than who hid it decides.
    """

    __tablename__ = "hidings"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    thing_id: Mapped[int]
    reason: Mapped[str]  # for its author
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    appeal: Mapped[str | None]  # the author's words
    appealed_at: Mapped[datetime | None]
    upheld_at: Mapped[datetime | None]
    upheld_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answer: Mapped[str] = mapped_column(
        default=""
    )  # the reason for which it stayed hidden, or is shown again
    by: Mapped[User] = relationship(foreign_keys=[by_id], lazy="joined")
    __table_args__ = (
        CheckConstraint("length(reason) > 0", name="reason"),
        CheckConstraint("(appeal IS NULL) = (appealed_at IS NULL)", name="appealed"),
        CheckConstraint("upheld_at IS NULL OR ended_at IS NULL OR length(answer) > 0", name="answer"),
        Index("ix_hidings_thing", "kind", "thing_id"),
        index_where("uq_hidings_now", "kind", "thing_id", where="ended_at IS NULL", unique=True),
    )

    @property
    def waits_for_answer(self):
        """Whether its author has appealed and nobody has answered."""
        return self.appealed_at is not None and self.upheld_at is None and self.ended_at is None


class Lock(Model):
    """Nobody adds anything beneath a thing, from one moment to another."""

    __tablename__ = "locks"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    thing_id: Mapped[int]
    reason: Mapped[str]  # for everyone to read
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by: Mapped[User] = relationship(foreign_keys=[by_id], lazy="joined")
    __table_args__ = (
        CheckConstraint("length(reason) > 0", name="reason"),
        index_where("uq_locks_now", "kind", "thing_id", where="ended_at IS NULL", unique=True),
    )
