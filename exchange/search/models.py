"""SavedSearch: a question that somebody wants to be told about. Arrival: when a case came to be found."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from exchange.accounts.models import User
from exchange.core.models import Model, index_where, now, one_of

RHYTHMS = ("at-once", "daily", "weekly")


class Numbers(TypeDecorator):
    """A set of small numbers as the bits of one integer: 100,000 cases take 12.5 kB at the most."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else value.to_bytes(-(-value.bit_length() // 8), "little")

    def process_result_value(self, value, dialect):
        return None if value is None else int.from_bytes(value, "little")


class Arrival(Model):
    """A case can be found with this number of its text, and came to be so at this place of the order.

    The places are counted by the worker alone, once the index holds the text. So what is new since a
    search was last looked at is what stands behind its `mark`, however late the index was, whatever the
    clock did meanwhile, and in whatever order the database committed. A case that is withdrawn keeps its
    place: when it returns it is not new.
    """

    __tablename__ = "arrivals"
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), primary_key=True)
    number: Mapped[int]  # of the revision
    first: Mapped[int]  # the place at which the case came
    place: Mapped[int] = mapped_column(unique=True)  # the place at which this text of it came


class SavedSearch(Model):
    """A question whose new answers are told by letter, to a person or to a proven address.

    Its id is random and never used again, because the links in old letters go on naming it.
    """

    __tablename__ = "saved_searches"
    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    address: Mapped[str | None] = mapped_column(index=True)  # of someone without an account, lower case
    name: Mapped[str]
    pairs: Mapped[list] = mapped_column(default=list)  # the question as (name, value) of its address
    language: Mapped[str] = mapped_column(default="en")
    rhythm: Mapped[str] = mapped_column(default="weekly")
    created_at: Mapped[datetime] = mapped_column(default=now)
    confirmed_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    last_sent_at: Mapped[datetime | None]
    mark: Mapped[int]  # the place of arrival up to which nothing is new
    known: Mapped[int | None] = mapped_column(Numbers)  # ids of cases that it found or told, ever
    next_look_at: Mapped[datetime] = mapped_column(default=now)
    tries: Mapped[int] = mapped_column(default=0)  # that failed since it last went well
    error: Mapped[str | None]
    user: Mapped[User | None] = relationship()
    __table_args__ = (
        CheckConstraint(one_of("rhythm", RHYTHMS), name="rhythm"),
        CheckConstraint("(user_id IS NULL) <> (address IS NULL)", name="one_reader"),
        index_where(
            "ix_saved_searches_waiting",
            "next_look_at",
            where="confirmed_at IS NOT NULL AND stopped_at IS NULL",
        ),
    )

    @property
    def is_running(self):
        return bool(self.confirmed_at) and not self.stopped_at
