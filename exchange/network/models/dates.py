"""Event, its files, and NewsItem."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.accounts.models import City
from exchange.core.models import Model, now
from exchange.network.models.vetted import Vetted


class Event(Vetted, Model):
    """Something is on. Day, clock and zone stand in `content` as written; the moments follow from them."""

    __tablename__ = "events"
    uid: Mapped[str] = mapped_column(unique=True, default=lambda: str(uuid4()))  # in calendars, for ever
    starts_at: Mapped[datetime | None] = mapped_column(index=True)
    over_at: Mapped[datetime | None] = mapped_column(index=True)  # from then on it is past
    sequence: Mapped[int] = mapped_column(default=0)  # RFC 5545: how often time or place changed
    city_id: Mapped[int | None] = mapped_column(ForeignKey("cities.id"), index=True)
    city: Mapped[City | None] = relationship(lazy="joined")
    __table_args__ = (
        CheckConstraint(
            "published_at IS NULL OR (starts_at IS NOT NULL AND over_at IS NOT NULL)", name="moments"
        ),
        CheckConstraint("over_at >= starts_at", name="order"),
    )


class EventFile(Model):
    """A document of an event; whether it is public is said by the event's public text."""

    __tablename__ = "event_files"
    id: Mapped[str] = mapped_column(primary_key=True)  # random, also the file's name
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    file_name: Mapped[str]  # as its owner called it
    content_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    event: Mapped[Event] = relationship()


class NewsItem(Vetted, Model):
    """A piece of news; `day` is the day that it tells of."""

    __tablename__ = "news_items"
    day: Mapped[str | None] = mapped_column(index=True)  # ISO
    city_id: Mapped[int | None] = mapped_column(ForeignKey("cities.id"), index=True)
    city: Mapped[City | None] = relationship(lazy="joined")
