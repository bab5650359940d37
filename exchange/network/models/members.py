"""Offices of the network over time, and what was changed in a city's profile."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.accounts.models import City, User
from exchange.core.models import Model, now, one_of

OFFICES = (
    "president",
    "acting-president",
    "co-president",
    "regional-vice-president",
    "secretary",
    "treasurer",
)
CHANGES = (
    *("city added", "place", "profile", "membership"),
    *("office added", "office changed", "office removed"),
)


class TermOfOffice(Model):
    """A city holds an office of the network from one date to another, or still does.

    Dates are partial: '2014', '2017-11' or '2017-11-03'; they count whole: a term to '2017' lasts to the end
    of that year. Terms may touch and overlap.
    """

    __tablename__ = "terms_of_office"
    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("cities.id"), index=True)
    office: Mapped[str]
    start: Mapped[str]
    end: Mapped[str | None]
    person: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")  # a web address, or where it is written
    city: Mapped[City] = relationship(lazy="joined")
    __table_args__ = (
        CheckConstraint(one_of("office", OFFICES), name="office"),
        # From November 2017 to the end of 2017 is no contradiction
        CheckConstraint('"end" IS NULL OR "end" >= substr(start, 1, length("end"))', name="order"),
    )


class CityChange(Model):
    """What was changed about a city, for everybody to read; who did it stands in the audit alone."""

    __tablename__ = "city_changes"
    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("cities.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    what: Mapped[str]
    details: Mapped[list] = mapped_column(
        default=list
    )  # names of the fields; of an office: [office, start, end]
    note: Mapped[str] = mapped_column(default="")  # why, as whoever changed it says
    by: Mapped[User] = relationship(lazy="raise")
    __table_args__ = (CheckConstraint(one_of("what", CHANGES), name="what"),)
