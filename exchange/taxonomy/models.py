"""Topic and Tag. Goals, countries and regions are fixed lists: see `service`."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.core.i18n import in_language
from exchange.core.models import Model

ROOTS = ("housing", "mobility", "sustainability")


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
