"""What events, news, partners and positions share: a short name, what is public of them, and their topics."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from exchange.core.models import Model, now


class Vetted:
    """A thing whose text a moderator reads first (see `vetting`): this row holds only what is public.

    It is made when it is proposed, so that files and links have something to belong to, and is empty until
    then. `by_id` is whoever proposed it first.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)  # in the address
    content: Mapped[dict] = mapped_column(default=dict)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(default=now)
    published_at: Mapped[datetime | None] = mapped_column(index=True)  # first time
    changed_at: Mapped[datetime | None]  # when a text was let through last
    is_hidden: Mapped[bool] = mapped_column(default=False)
    is_demonstration: Mapped[bool] = mapped_column(default=False)

    def get(self, name, empty=""):
        """A public answer; `empty` where there is none."""
        found = self.content.get(name)
        return empty if found in (None, "") else found

    @property
    def is_public(self):
        return self.published_at is not None and not self.is_hidden

    @classmethod
    def shown(cls):
        """`is_public` as a condition."""
        return cls.published_at.is_not(None) & ~cls.is_hidden


class TopicOf(Model):
    """A public event, piece of news, partner or position is about a topic."""

    __tablename__ = "network_topics"
    kind: Mapped[str] = mapped_column(primary_key=True)
    thing: Mapped[str] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True, index=True)  # slug
