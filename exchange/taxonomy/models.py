"""Topic, Tag, Synonym, WordProposal and Rate. Goals, countries and regions are fixed lists: see `service`."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.core.i18n import in_language
from exchange.core.models import Model, now, one_of

ROOTS = ("housing", "mobility", "sustainability")
NAMED = ("topic", "sdg", "country", "city", "tag")  # facets whose values may have synonyms

PROPOSED = ("topic", "tag", "synonym")
ANSWERS = ("open", "taken", "declined")


class Topic(Model):
    """A topic with a lasting identifier; two levels."""

    __tablename__ = "topics"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id"))
    position: Mapped[int] = mapped_column(default=0)
    names: Mapped[dict]  # language → name
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id"))  # its address leads there
    retired_at: Mapped[datetime | None]  # read, but not offered any more
    parent: Mapped["Topic | None"] = relationship(
        remote_side=[id], foreign_keys=[parent_id], back_populates="children", lazy="joined"
    )
    children: Mapped[list["Topic"]] = relationship(
        foreign_keys=[parent_id], back_populates="parent", order_by="Topic.position"
    )

    @property
    def root(self):
        """'housing', 'mobility' or 'sustainability': sub-topics inherit colour and pattern."""
        return self.parent.slug if self.parent else self.slug

    @property
    def stands(self):
        """Not merged into another."""
        return self.merged_into_id is None

    @property
    def is_offered(self):
        """Whoever writes may choose it."""
        return self.stands and self.retired_at is None

    def label(self, language):
        return in_language(self.names, language)

    @property
    def texts(self):
        """Language → name."""
        return dict(self.names)


class Tag(Model):
    """A free word that a moderator has let into the vocabulary by approving a case that uses it."""

    __tablename__ = "tags"
    slug: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    names: Mapped[dict] = mapped_column(default=dict)  # language → name, where it has one of its own
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("tags.slug"))
    retired_at: Mapped[datetime | None]

    @property
    def stands(self):
        return self.merged_into is None

    @property
    def is_offered(self):
        return self.stands and self.retired_at is None

    @property
    def texts(self):
        """Language → name; '' for the one of no language."""
        return {"": self.label, **self.names}


class KeptApart(Model):
    """Two tags that look alike and are not: nobody is asked about them again."""

    __tablename__ = "tags_apart"
    first: Mapped[str] = mapped_column(ForeignKey("tags.slug"), primary_key=True)  # the smaller slug
    second: Mapped[str] = mapped_column(ForeignKey("tags.slug"), primary_key=True)


class WordProposal(Model):
    """A word that an official misses; a coordinator takes it or not, with a reason."""

    __tablename__ = "word_proposals"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    value: Mapped[str] = mapped_column(
        default=""
    )  # topic: the root it belongs to; synonym: what it stands for
    text: Mapped[str]
    language: Mapped[str] = mapped_column(default="")
    why: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    state: Mapped[str] = mapped_column(default="open", index=True)
    reason: Mapped[str | None]  # of the decision
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    __table_args__ = (
        CheckConstraint(one_of("kind", PROPOSED), name="kind"),
        CheckConstraint(one_of("state", ANSWERS), name="state"),
    )


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


class Rate(Model):
    """How many units of a currency a euro was in one year, by the source that an admin named."""

    __tablename__ = "rates"
    id: Mapped[int] = mapped_column(primary_key=True)
    currency: Mapped[str]  # ISO 4217
    year: Mapped[int]
    per_euro: Mapped[str]  # the decimal number as it stood in the file: floats would change it
    source: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        UniqueConstraint("currency", "year"),
        CheckConstraint("currency <> 'EUR'", name="currency"),
    )
