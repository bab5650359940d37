"""The ledger: which practice a city took up, how far, with which changes – and what the origin says of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.accounts.models import City, User
from exchange.core.models import Model, now, one_of
from exchange.practices.models import Practice

STAGES = ("considering", "adapting", "piloting", "running", "stopped")
IN_USE = ("piloting", "running")
WORDS = ("confirmed", "disputed")
TREATMENTS = ("kept", "changed", "dropped")


class Transfer(Model):
    """One city's record of one practice of another; its `public_id` is in the address and never reused."""

    __tablename__ = "transfers"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("cities.id"), index=True)  # the adopting one
    stage: Mapped[str] = mapped_column(index=True)
    start: Mapped[str | None]  # first used in: '2014', '2017-11' or '2017-11-03'
    was_used: Mapped[bool] = mapped_column(default=False)  # piloted or run at some time
    components: Mapped[list] = mapped_column(default=list)  # {name, what: one of TREATMENTS, why}
    cost: Mapped[dict] = mapped_column(default=dict)  # {amount, currency, price_year}, as in a case
    result: Mapped[str] = mapped_column(default="")  # Markdown, as the next
    stopped_because: Mapped[str] = mapped_column(default="")
    sources: Mapped[list] = mapped_column(default=list)  # {name, address}
    language: Mapped[str] = mapped_column(default="en")  # of its words
    fingerprint: Mapped[str] = mapped_column(default="")  # of all that the origin gives its word on
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    created_by: Mapped[User | None] = relationship(foreign_keys=[created_by_id])
    practice: Mapped[Practice] = relationship(lazy="joined")
    city: Mapped[City] = relationship(lazy="joined")
    stages: Mapped[list["TransferStage"]] = relationship(
        lazy="selectin", order_by="TransferStage.id", cascade="all, delete-orphan"
    )
    words: Mapped[list["TransferWord"]] = relationship(
        lazy="selectin", order_by="TransferWord.id", cascade="all, delete-orphan"
    )
    __table_args__ = (
        UniqueConstraint("practice_id", "city_id"),
        CheckConstraint(one_of("stage", STAGES), name="stage"),
        CheckConstraint("stage <> 'stopped' OR length(stopped_because) > 0", name="stopped"),
    )

    @property
    def word(self):
        """The origin's latest word, or None while there is none."""
        return self.words[-1] if self.words else None

    @property
    def standing(self):
        """'confirmed', 'disputed', 'changed' since the origin's word, or 'unconfirmed'."""
        if self.word is None:
            return "unconfirmed"
        return self.word.word if self.word.fingerprint == self.fingerprint else "changed"

    @property
    def counts(self):
        """Whether it is one of the times that the practice was taken up, as long as nobody hides it."""
        return self.was_used and self.standing != "disputed"

    def may_be_changed_by(self, user):
        """People whom the adopting city has let in."""
        return user.is_authenticated and user.is_of(self.city_id)

    def may_be_taken_back_by(self, user):
        """The same, as long as the other city has not said a word."""
        return self.may_be_changed_by(user) and not self.words


class TransferStage(Model):
    """That a record came to a stage: since when, as its city says, and who recorded it on which day."""

    __tablename__ = "transfer_stages"
    id: Mapped[int] = mapped_column(primary_key=True)
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfers.id"), index=True)
    stage: Mapped[str]
    since: Mapped[str | None]  # a partial date
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by: Mapped[User | None] = relationship(lazy="joined")
    __table_args__ = (CheckConstraint(one_of("stage", STAGES), name="stage"),)


class TransferWord(Model):
    """What the city of origin says of a record as it read on that day."""

    __tablename__ = "transfer_words"
    id: Mapped[int] = mapped_column(primary_key=True)
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfers.id"), index=True)
    word: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    fingerprint: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by: Mapped[User | None] = relationship(lazy="joined")
    __table_args__ = (CheckConstraint(one_of("word", WORDS), name="word"),)


class Borrowing(Model):
    """A public case says that it took its idea from another: kept from its text, so that trees are cheap."""

    __tablename__ = "borrowings"
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), primary_key=True, index=True)


class ConditionTick(Model):
    """A city has what a case says that another city must have; the key is of the condition's words."""

    __tablename__ = "condition_ticks"
    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("cities.id"))
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    key: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    __table_args__ = (UniqueConstraint("city_id", "practice_id", "key"),)
