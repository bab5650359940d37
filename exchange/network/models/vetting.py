"""VettedText: what somebody proposes that everybody shall read, until a moderator has read it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.accounts.models import User
from exchange.core.models import Model, index_where, now, one_of

STATES = ("proposed", "public", "superseded", "declined", "taken-back", "hidden")
DECIDED = ("public", "superseded", "declined")


class VettedText(Model):
    """One text of a thing (an event, a partner …) on its way: the thing's own row holds only what is public.

    `kind` and `thing` name the thing as its address does; `content` is plain JSON whose shape the kind knows.
    """

    __tablename__ = "vetted_texts"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    thing: Mapped[str]
    state: Mapped[str] = mapped_column(default="proposed")
    content: Mapped[dict] = mapped_column(default=dict)
    content_hash: Mapped[str]
    hands: Mapped[list] = mapped_column(default=list)  # ids of all who wrote on this text
    at: Mapped[datetime] = mapped_column(default=now)  # of the latest change
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)  # who proposed it last
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(default="")
    by: Mapped[User] = relationship(foreign_keys=[by_id], lazy="joined")
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id], lazy="joined")
    __table_args__ = (
        CheckConstraint(one_of("state", STATES), name="state"),
        CheckConstraint(f"NOT {one_of('state', DECIDED)} OR decided_by_id IS NOT NULL", name="decided"),
        CheckConstraint("state <> 'declined' OR length(reason) > 0", name="reason"),
        Index("ix_vetted_texts_thing", "kind", "thing"),
        index_where("uq_vetted_texts_open", "kind", "thing", where="state = 'proposed'", unique=True),
        index_where("uq_vetted_texts_public", "kind", "thing", where="state = 'public'", unique=True),
    )
