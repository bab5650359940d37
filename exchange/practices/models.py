"""Practice (identity and visibility), Revision (content), Medium (a file), Label (a badge outside it)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.accounts.models import City, User
from exchange.core.models import Model, index_where, now, one_of

STATES = (
    "draft",
    "submitted",
    "in_review",
    "changes_requested",
    "approved",
    "published",
    "superseded",
    "rejected",
)
WORKING = ("draft", "submitted", "in_review", "approved")  # at most one of these per practice
VISIBILITIES = ("none", "public", "unlisted", "archived", "tombstone")
READABLE = ("public", "unlisted", "archived")  # its page opens for whoever has the address
TELLERS = ("city", "partner", "award", "researcher", "secretariat")


class Practice(Model):
    """One case through all its revisions; its `public_id` is in the address and never reused."""

    __tablename__ = "practices"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    visibility: Mapped[str] = mapped_column(default="none", index=True)
    told_by: Mapped[str] = mapped_column(default="city")
    city_id: Mapped[int | None] = mapped_column(ForeignKey("cities.id"), index=True)
    country: Mapped[str | None] = mapped_column(index=True)
    origin_source: Mapped[str | None]
    origin_id: Mapped[str | None]
    origin: Mapped[dict] = mapped_column(default=dict)  # url, licence, and the imported record's hash
    created_at: Mapped[datetime] = mapped_column(default=now)
    published_at: Mapped[datetime | None] = mapped_column(index=True)  # first time
    notice: Mapped[str | None]  # the reason on a withdrawal notice
    withdrawal_asked: Mapped[str | None]  # the lead author's reason, until a moderator decides

    city: Mapped[City | None] = relationship(lazy="joined")
    revisions: Mapped[list["Revision"]] = relationship(back_populates="practice", order_by="Revision.id")
    authors: Mapped[list["Author"]] = relationship(back_populates="practice", lazy="selectin")
    labels: Mapped[list["Label"]] = relationship(lazy="selectin")
    endorsements: Mapped[list["Endorsement"]] = relationship(lazy="selectin", order_by="Endorsement.id")
    __table_args__ = (
        UniqueConstraint("origin_source", "origin_id"),
        CheckConstraint(one_of("visibility", VISIBILITIES), name="visibility"),
        CheckConstraint(one_of("told_by", TELLERS), name="told_by"),
    )

    @property
    def is_imported(self):
        """Taken in from elsewhere: not told by the city, approved through gate I."""
        return self.origin_source not in (None, "demonstration")

    @property
    def lead(self):
        return next((author.user for author in self.authors if author.role == "lead"), None)

    @property
    def is_demonstration(self):
        return any(label.kind == "demonstration" for label in self.labels)

    @property
    def endorsement(self):
        """The city's latest word on a case told by others, or None."""
        return self.endorsements[-1] if self.endorsements else None

    def is_author(self, user):
        return any(a.user_id == user.id and a.role != "viewer" for a in self.authors)

    def may_be_edited_by(self, user):
        """An author, of a city's own telling only while working for that city – or the city's admin."""
        if not user.is_authenticated:
            return False
        there = self.told_by != "city" or user.works_for(self.city_id)
        return (self.is_author(user) and there) or (
            self.city_id is not None and user.is_admin_of(self.city_id)
        )

    def may_be_submitted_by(self, user):
        """The lead author once the city has let them in, or its admin; a coordinator for the secretariat."""
        if not user.is_authenticated or self.city_id is None:
            return False
        leads = any(a.user_id == user.id and a.role == "lead" for a in self.authors)
        if self.told_by == "secretariat":
            return leads and user.is_coordinator
        return user.is_admin_of(self.city_id) or (leads and user.is_of(self.city_id))

    def may_be_seen_by(self, user):
        """Its unpublished texts: authors, the city's admin, reviewers."""
        return user.is_authenticated and (
            self.may_be_edited_by(user)
            or user.is_moderator
            or any(a.user_id == user.id for a in self.authors)
        )


class Revision(Model):
    """One telling of the case. Its content never changes once submitted; `number` comes with publishing."""

    __tablename__ = "revisions"
    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"))
    state: Mapped[str] = mapped_column(default="draft", index=True)
    number: Mapped[int | None]
    edition: Mapped[int] = mapped_column(default=1)  # of the form it was told in
    language: Mapped[str] = mapped_column(default="en")  # BCP 47
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    answers: Mapped[dict] = mapped_column(default=dict)  # field → value, see `schema`
    missing: Mapped[dict] = mapped_column(default=dict)  # field → {reason, why}
    content_hash: Mapped[str] = mapped_column(default="")
    approved_hash: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    saved_at: Mapped[datetime] = mapped_column(default=now)
    submitted_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]

    practice: Mapped[Practice] = relationship(back_populates="revisions", lazy="joined")
    created_by: Mapped[User | None] = relationship(foreign_keys=[created_by_id])
    __table_args__ = (
        CheckConstraint(one_of("state", STATES), name="state"),
        CheckConstraint(
            "state NOT IN ('approved', 'published') OR coalesce(approved_hash, '') = content_hash",
            name="approved_text_is_this_text",
        ),
        CheckConstraint("state NOT IN ('published', 'superseded') OR number IS NOT NULL", name="number"),
        UniqueConstraint("practice_id", "number"),
        index_where("uq_revisions_public", "practice_id", where="state = 'published'", unique=True),
        index_where("uq_revisions_working", "practice_id", where=one_of("state", WORKING), unique=True),
    )

    def get(self, field, empty=""):
        """The answer to a field by its name in the schema; `empty` when there is none."""
        if field in ("title", "summary", "language"):
            return getattr(self, field)
        value = self.answers.get(field)
        return empty if value in (None, "") else value


class Author(Model):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[str] = mapped_column(default="lead")
    practice: Mapped[Practice] = relationship(back_populates="authors")
    user: Mapped[User] = relationship(lazy="joined")
    __table_args__ = (
        UniqueConstraint("practice_id", "user_id"),
        CheckConstraint(one_of("role", ("lead", "co-author", "viewer")), name="role"),
    )


class Label(Model):
    """A badge given to a practice from outside; it makes no revision."""

    __tablename__ = "labels"
    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    kind: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    __table_args__ = (UniqueConstraint("practice_id", "kind"),)


class Endorsement(Model):
    """What the city says of a case that others tell about it: confirmed, disputed, or no longer supported."""

    __tablename__ = "endorsements"
    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    word: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    by: Mapped[User] = relationship(lazy="joined")
    __table_args__ = (CheckConstraint(one_of("word", ("confirmed", "disputed", "ended")), name="word"),)


class Medium(Model):
    """A file that belongs to a practice; which revision shows it, with what words, is in `answers`."""

    __tablename__ = "media"
    id: Mapped[str] = mapped_column(primary_key=True)  # random, also the file's name
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    kind: Mapped[str]  # image or document
    file_name: Mapped[str]  # as its owner called it
    content_type: Mapped[str]
    size: Mapped[int]  # bytes, as received
    sha256: Mapped[str]
    width: Mapped[int | None]
    height: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    __table_args__ = (CheckConstraint(one_of("kind", ("image", "document")), name="kind"),)
