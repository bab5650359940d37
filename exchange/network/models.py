"""TermOfOffice: a city holds an office of the network from one date to another, or still does."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.accounts.models import City
from exchange.core.models import Model, one_of

OFFICES = (
    "president",
    "acting-president",
    "co-president",
    "regional-vice-president",
    "secretary",
    "treasurer",
)


class TermOfOffice(Model):
    """Dates are partial: '2014', '2017-11' or '2017-11-03'. Terms may touch and overlap."""

    __tablename__ = "terms_of_office"
    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("cities.id"), index=True)
    office: Mapped[str]
    start: Mapped[str]
    end: Mapped[str | None]
    person: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")
    city: Mapped[City] = relationship(lazy="joined")
    __table_args__ = (
        CheckConstraint(one_of("office", OFFICES), name="office"),
        CheckConstraint('"end" IS NULL OR "end" >= start', name="order"),
    )
