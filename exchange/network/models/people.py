"""What people tell of themselves (Profile) and each other (Message); whom they will not hear from (Block)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.accounts.models import User
from exchange.core.models import Model, now


class Profile(Model):
    """What somebody shows of themselves, if they want to.

    The row stays when it is taken down, empty, so that what moderators hid does not come back by a new one.
    """

    __tablename__ = "profiles"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    does: Mapped[str] = mapped_column(default="")  # in one line: 'Transport planner'
    about: Mapped[str] = mapped_column(default="")  # a few plain sentences
    language: Mapped[str] = mapped_column(default="en")  # in which these are written
    city_id: Mapped[int | None] = mapped_column(ForeignKey("cities.id"), index=True)
    topics: Mapped[list] = mapped_column(default=list)  # slugs
    languages: Mapped[list] = mapped_column(default=list)  # that this person speaks, as BCP 47
    helps: Mapped[list] = mapped_column(default=list)  # kinds of questions that may be put to them
    takes_messages: Mapped[bool] = mapped_column(default=True)
    at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    taken_back_at: Mapped[datetime | None]
    by: Mapped[User] = relationship(lazy="joined")

    @property
    def city(self):
        """The city that they name, as long as they work for it."""
        return next((city for city in self.by.cities if city.id == self.city_id), None)


class Correspondence(Model):
    """All that two people wrote to each other; the one of the lower number is `one`."""

    __tablename__ = "correspondences"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    one_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    last_at: Mapped[datetime] = mapped_column(default=now)
    one: Mapped[User] = relationship(foreign_keys=[one_id], lazy="joined")
    other: Mapped[User] = relationship(foreign_keys=[other_id], lazy="joined")
    __table_args__ = (
        UniqueConstraint("one_id", "other_id"),
        CheckConstraint("one_id < other_id", name="order"),
    )

    def is_between(self, user):
        return user.is_authenticated and user.id in (self.one_id, self.other_id)

    def beside(self, user):
        """The one of the two who is not `user`."""
        return self.other if user.id == self.one_id else self.one


class Message(Model):
    """What one of two people wrote to the other; nobody else reads it unless one of them reports it."""

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    correspondence_id: Mapped[int] = mapped_column(ForeignKey("correspondences.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    text: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    gives_address: Mapped[bool] = mapped_column(default=False)  # its writer would be answered by mail
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    correspondence: Mapped[Correspondence] = relationship(lazy="joined")
    by: Mapped[User] = relationship(lazy="joined")

    @property
    def to(self):
        return self.correspondence.beside(self.by)


class Block(Model):
    """Somebody takes no messages from somebody."""

    __tablename__ = "blocks"
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(default=now)
