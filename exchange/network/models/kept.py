"""What people keep: Collection with its entries, and Follow."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.accounts.models import City, User
from exchange.core.models import Model, now, one_of
from exchange.practices.models import Practice

FOLLOWED = ("case", "city", "topic", "challenge")


class Collection(Model):
    """Cases that somebody put together, in an order, with a note on each.

    Its columns and entries are what its owner – and the people of `city`, where it is shared with them – work
    on. What everyone reads is `shown`: a copy of the day on which it was let through, or None.
    """

    __tablename__ = "collections"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    city_id: Mapped[int | None] = mapped_column(ForeignKey("cities.id"), index=True)  # whose people share it
    title: Mapped[str]
    introduction: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    shown: Mapped[dict | None]  # title, introduction, language, entries: [{practice, note}]
    shown_at: Mapped[datetime | None] = mapped_column(index=True)  # when that was let through
    by: Mapped[User] = relationship(lazy="joined")
    city: Mapped[City | None] = relationship(lazy="joined")
    entries: Mapped[list["CollectionEntry"]] = relationship(
        order_by="CollectionEntry.place", cascade="all, delete-orphan", back_populates="collection"
    )
    __table_args__ = (CheckConstraint("(shown_at IS NULL) OR (shown IS NOT NULL)", name="shown"),)

    @property
    def is_public(self):
        return self.shown_at is not None

    def is_owned_by(self, user):
        return user.is_authenticated and bool(user.verified_at) and self.by_id == user.id

    def may_be_worked_on_by(self, user):
        """Its owner, and the people of the city that it is shared with."""
        shared = self.city_id is not None and user.is_authenticated and user.is_of(self.city_id)
        return self.is_owned_by(user) or shared


class CollectionEntry(Model):
    """One case of a collection; `place` puts them in order, with gaps."""

    __tablename__ = "collection_entries"
    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collections.id"))
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    place: Mapped[int]
    note: Mapped[str] = mapped_column(default="")
    collection: Mapped[Collection] = relationship(back_populates="entries")
    practice: Mapped[Practice] = relationship()
    __table_args__ = (UniqueConstraint("collection_id", "practice_id"),)


class Follow(Model):
    """Somebody wants to hear what is new of a thing; `thing` names it as its address does."""

    __tablename__ = "follows"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str]
    thing: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    user: Mapped[User] = relationship(lazy="joined")
    __table_args__ = (
        UniqueConstraint("user_id", "kind", "thing"),
        CheckConstraint(one_of("kind", FOLLOWED), name="kind"),
        Index("ix_follows_thing", "kind", "thing"),
    )
