"""Position: what cities say together to somebody; Signature: a city says it, too."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.accounts.models import City, User
from exchange.core.models import Model, index_where, now
from exchange.network.models.vetted import Vetted


class Position(Vetted, Model):
    """`words_hash` names what is signed: title, addressee, text. An outcome needs no new signing."""

    __tablename__ = "positions"
    day: Mapped[str | None] = mapped_column(index=True)  # partial date, as its text says
    words_hash: Mapped[str] = mapped_column(default="")
    signatures: Mapped[list["Signature"]] = relationship(  # those that stand
        primaryjoin="and_(Position.id == Signature.position_id, Signature.withdrawn_at.is_(None))",
        order_by="Signature.id",
        viewonly=True,
    )


class Signature(Model):
    """A city signs words that are named by their hash: by its admin, or as a source has it (by: None)."""

    __tablename__ = "signatures"
    id: Mapped[int] = mapped_column(primary_key=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("positions.id"), index=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("cities.id"), index=True)
    words_hash: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    city: Mapped[City] = relationship(lazy="joined")
    by: Mapped[User | None] = relationship(foreign_keys=[by_id])
    __table_args__ = (
        CheckConstraint("withdrawn_at IS NULL OR withdrawn_at >= at", name="order"),
        index_where(
            "uq_signatures_standing", "position_id", "city_id", where="withdrawn_at IS NULL", unique=True
        ),
    )
