"""ReadTotal: how often a case was read or taken away; SpoolAdded: which lines of the web have been added."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from exchange.core.models import Model, now, one_of

ACTS = ("read", "download")


class ReadTotal(Model):
    """A number and nothing about anybody: of a day ('2026-11-26'), and later on of its year ('2026')."""

    __tablename__ = "read_totals"
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True, index=True)
    act: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]
    __table_args__ = (
        CheckConstraint(one_of("act", ACTS), name="act"),
        CheckConstraint("number > 0", name="number"),
    )


class SpoolAdded(Model):
    """The lines of this file are in the totals: written with them, so that none is added twice."""

    __tablename__ = "spools_added"
    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
