"""Topic, Tag and Synonym. Goals, countries and regions are fixed lists: see `service`."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.core.i18n import in_language
from exchange.core.models import Model, now, one_of

ROOTS = ("housing", "mobility", "sustainability")
NAMED = ("topic", "sdg", "country", "city", "tag")  # facets whose values may have synonyms


class Topic(Model):
    """A topic with a lasting identifier; two levels."""

    __tablename__ = "topics"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id"))
    position: Mapped[int] = mapped_column(default=0)
    names: Mapped[dict]  # language → name
    parent: Mapped["Topic | None"] = relationship(remote_side=[id], back_populates="children", lazy="joined")
    children: Mapped[list["Topic"]] = relationship(back_populates="parent", order_by="Topic.position")

    @property
    def root(self):
        """'housing', 'mobility' or 'sustainability': sub-topics inherit colour and pattern."""
        return self.parent.slug if self.parent else self.slug

    def label(self, language):
        return in_language(self.names, language)


class Tag(Model):
    """A free word that a moderator has let into the vocabulary by approving a case that uses it."""

    __tablename__ = "tags"
    slug: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]


class Synonym(Model):
    """Another word by which readers ask for a value of a facet. One that was removed stays as a row, so
    that the list that comes with the program does not bring it back."""

    __tablename__ = "synonyms"
    id: Mapped[int] = mapped_column(primary_key=True)
    facet: Mapped[str]  # one of NAMED
    value: Mapped[str]  # slug, goal number or alpha-2 code
    language: Mapped[str] = mapped_column(default="")  # primary code of BCP 47; '' belongs to none
    text: Mapped[str]
    folded: Mapped[str]  # the text as it is compared
    added_at: Mapped[datetime] = mapped_column(default=now)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # None: came with the program
    removed_at: Mapped[datetime | None]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    __table_args__ = (
        UniqueConstraint("facet", "value", "language", "folded"),
        CheckConstraint(one_of("facet", NAMED), name="facet"),
    )
