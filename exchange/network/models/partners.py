"""Partner: an organisation beside the cities; its editors write for it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.accounts.models import User
from exchange.core.models import Model, index_where, now
from exchange.network.models.vetted import Vetted


class Partner(Vetted, Model):
    """`public_id` is the slug in its address; the name is a column, for lists are sorted by it."""

    __tablename__ = "partners"
    name: Mapped[str] = mapped_column(default="", index=True)
    editors: Mapped[list["PartnerEditor"]] = relationship(  # those that it has now
        primaryjoin="and_(Partner.id == PartnerEditor.partner_id, PartnerEditor.ended_at.is_(None))",
        order_by="PartnerEditor.id",
        viewonly=True,
    )


class PartnerEditor(Model):
    """A person writes for a partner, since a coordinator said so; a row is ended, never removed."""

    __tablename__ = "partner_editors"
    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    partner: Mapped[Partner] = relationship(lazy="joined")
    user: Mapped[User] = relationship(foreign_keys=[user_id], lazy="joined")
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) OR (ended_at >= at)", name="order"),
        index_where("uq_partner_editors_now", "partner_id", "user_id", where="ended_at IS NULL", unique=True),
    )
