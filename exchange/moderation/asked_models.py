"""People who are asked by a link, without an account: to clear a text, to help with one, to speak for a
city, to say whether a case still holds. And what came of it: waivers, proposals, the city's reply."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.accounts.models import User
from exchange.core.models import Model, index_where, now, one_of
from exchange.practices.models import Practice

CLEARING_ROLES = ("department", "press", "mayor", "other")
CITY_WORDS = ("confirmed", "disputed", "taken-over")
FRESH_ANSWERS = ("running", "changed", "ended", "contact", "handed-over")


class Asked:
    """One person who is asked by a link. The token in the letter is made of `id` and the installation's
    secret (accounts.seal): nothing stored here opens anything."""

    id: Mapped[str] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    name: Mapped[str]
    address: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    created_at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # who asks; None: the clock
    asked_at: Mapped[datetime | None]  # when the letter with the link went; before that the turn is another's
    expires_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # withdrawn, or asked anew by another link

    @property
    def stands(self):
        """'waiting' for its turn, 'open', 'answered', 'ended' or 'expired'."""
        if self.answered_at:
            return "answered"
        if self.ended_at:
            return "ended"
        if self.asked_at is None:
            return "waiting"
        return "open" if self.expires_at > now() else "expired"


class Clearance(Asked, Model):
    """One person of the row that clears a text before it is published, and what they said of which text."""

    __tablename__ = "clearances"
    role: Mapped[str] = mapped_column(default="other")
    place: Mapped[int]  # in the row, from 1
    version: Mapped[int]  # the public version that the case will have with this text
    verdict: Mapped[str | None]
    text_hash: Mapped[str | None]  # of the text they decided on
    text: Mapped[dict] = mapped_column(default=dict)  # that text, for the difference since
    objections: Mapped[dict] = mapped_column(default=dict)  # field → words; '' for the whole
    practice: Mapped[Practice] = relationship(lazy="joined")
    by: Mapped[User | None] = relationship(lazy="joined")
    __table_args__ = (
        CheckConstraint(one_of("role", CLEARING_ROLES), name="role"),
        CheckConstraint(one_of("verdict", ("cleared", "objected")), name="verdict"),
        CheckConstraint("(verdict IS NULL) = (answered_at IS NULL)", name="answered"),
    )


class ClearanceWaiver(Model):
    """Why the lead author lets a text go public that was not cleared; it names the text by its hash."""

    __tablename__ = "clearance_waivers"
    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    text_hash: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    by: Mapped[User] = relationship(lazy="joined")
    __table_args__ = (UniqueConstraint("practice_id", "text_hash"),)


class ColleagueAsk(Asked, Model):
    """A colleague who is asked about some fields of a draft."""

    __tablename__ = "colleague_asks"
    fields: Mapped[list] = mapped_column(default=list)
    question: Mapped[str] = mapped_column(default="")
    practice: Mapped[Practice] = relationship(lazy="joined")
    by: Mapped[User | None] = relationship(lazy="joined")


class Proposal(Model):
    """What somebody outside proposes for one field; an author takes it over or dismisses it."""

    __tablename__ = "proposals"
    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    ask_id: Mapped[str | None] = mapped_column(ForeignKey("colleague_asks.id"))
    name: Mapped[str]  # of the person who proposes
    field: Mapped[str]
    base: Mapped[str]  # fingerprint of the field as they read it
    told: Mapped[dict] = mapped_column(default=dict)  # old and new answer; without 'new' it is a remark only
    words: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=now)
    verdict: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    practice: Mapped[Practice] = relationship(lazy="joined")
    __table_args__ = (
        CheckConstraint(one_of("verdict", ("taken", "dismissed")), name="verdict"),
        index_where("ix_proposals_open", "practice_id", "field", where="verdict IS NULL"),
    )


class CityNotice(Asked, Model):
    """A city hears of a case that others tell about it, before that is public; and of each later version."""

    __tablename__ = "city_notices"
    version: Mapped[int] = mapped_column(default=1)  # the public version that this text will be
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # an admin of the city
    word: Mapped[str | None]
    reason: Mapped[str] = mapped_column(default="")
    practice: Mapped[Practice] = relationship(lazy="joined")
    by: Mapped[User | None] = relationship(foreign_keys="CityNotice.by_id", lazy="joined")
    __table_args__ = (
        UniqueConstraint("practice_id", "version", "address", name="uq_city_notices_address"),
        CheckConstraint(one_of("word", CITY_WORDS), name="word"),
    )


class CityReply(Model):
    """What a city answers, in public, to a case that others tell about it. The latest one counts."""

    __tablename__ = "city_replies"
    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    words: Mapped[str]
    name: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # None: through a link
    hidden_at: Mapped[datetime | None]
    hidden_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    hidden_reason: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        CheckConstraint("(hidden_at IS NULL) = (hidden_reason = '')", name="hidden_for_a_reason"),
    )


class FreshnessAsk(Asked, Model):
    """Somebody who is asked, once a year, whether a public case still holds."""

    __tablename__ = "freshness_asks"
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    due_at: Mapped[datetime]  # the day the case was due: asks with the same one belong together
    answer: Mapped[str | None]
    words: Mapped[str] = mapped_column(default="")
    practice: Mapped[Practice] = relationship(lazy="joined")
    __table_args__ = (
        UniqueConstraint("practice_id", "due_at", "address"),
        CheckConstraint(one_of("answer", FRESH_ANSWERS), name="answer"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
    )
