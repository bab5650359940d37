"""Batch (an award, a partner's collection, a call) and its cases; Upload (a file on its way to drafts)."""

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.accounts.models import City, User
from exchange.core.models import Model, now, one_of
from exchange.practices.models import Practice

KINDS = ("award", "partner", "call")
UPLOAD_STATES = ("columns", "checking", "checked", "making", "made")
ROW_STATES = ("waiting", "good", "wrong", "made")
OUTCOMES = ("new", "same", "changed", "conflict")


class Batch(Model):
    """Cases that come together: from whom, by which rules, until when, and how they were vetted."""

    __tablename__ = "batches"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(unique=True)
    organisation: Mapped[str] = mapped_column(default="")
    sender_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    rules: Mapped[str] = mapped_column(default="")  # Markdown
    languages: Mapped[list] = mapped_column(default=list)
    deadline: Mapped[datetime | None]  # nothing is taken in from then on
    opened_at: Mapped[datetime] = mapped_column(default=now)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    vetted_on: Mapped[str] = mapped_column(default="")  # a partial date
    vetted_by: Mapped[str] = mapped_column(default="")
    vetted_how: Mapped[str] = mapped_column(default="")
    rubric: Mapped[dict] = mapped_column(default=dict)  # line of RUBRIC → yes, partly, no
    recorded_at: Mapped[datetime | None]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    sender: Mapped[User] = relationship(foreign_keys=[sender_id], lazy="joined")
    recorded_by: Mapped[User | None] = relationship(foreign_keys=[recorded_by_id])
    cities: Mapped[list[City]] = relationship(
        secondary="batch_cities", order_by=City.name
    )  # none: all members
    __table_args__ = (
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint("recorded_at IS NULL OR length(vetted_by) > 0", name="vetting"),
    )

    @property
    def is_vetted(self):
        return self.recorded_at is not None

    @property
    def last_day(self):
        """The day before the deadline, which is a midnight in UTC; None without one."""
        return (self.deadline - timedelta(days=1)).date() if self.deadline else None

    @property
    def is_open(self):
        return self.deadline is None or now() < self.deadline

    def may_be_seen_by(self, user):
        """Its page: moderators, and whoever sends it."""
        return user.is_authenticated and (user.is_moderator or self.is_sent_by(user))

    def is_sent_by(self, user):
        return self.sender_id == user.id and user.verified_at is not None


class BatchCity(Model):
    """A city whose cases a batch may hold."""

    __tablename__ = "batch_cities"
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("cities.id"), primary_key=True)


class BatchCase(Model):
    """A case belongs to a batch; told to its city in a letter, perhaps pulled out and reviewed like any."""

    __tablename__ = "batch_cases"
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), index=True)
    told_at: Mapped[datetime | None]  # when the letter to its city was written
    excepted_at: Mapped[datetime | None]
    excepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    exception: Mapped[str] = mapped_column(default="")  # why it is reviewed singly
    vetted_revision_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"))  # approved together
    batch: Mapped[Batch] = relationship(lazy="joined")
    practice: Mapped[Practice] = relationship()
    __table_args__ = (
        CheckConstraint("excepted_at IS NULL OR length(exception) > 0", name="exception"),
        CheckConstraint("excepted_at IS NULL OR vetted_revision_id IS NULL", name="vetted"),
    )


class Upload(Model):
    """A file that somebody sent: kept with its rows until `expires_at`, whatever becomes of it."""

    __tablename__ = "uploads"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    city_id: Mapped[int | None] = mapped_column(ForeignKey("cities.id"))  # None: each row names its own
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"))
    file_name: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sheet: Mapped[str] = mapped_column(default="")
    sheets: Mapped[list] = mapped_column(default=list)
    headings: Mapped[list] = mapped_column(default=list)
    mapping: Mapped[list] = mapped_column(default=list)  # target of each column, or ''
    key_column: Mapped[int | None]  # None: title and start are the key
    told_language: Mapped[str] = mapped_column(default="en")  # of rows that do not say
    language: Mapped[str] = mapped_column(default="en")  # in which what is wrong is told
    state: Mapped[str] = mapped_column(default="columns")
    at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    owner: Mapped[User] = relationship(lazy="joined")
    city: Mapped[City | None] = relationship(lazy="joined")
    batch: Mapped[Batch | None] = relationship(lazy="joined")
    __table_args__ = (
        CheckConstraint(one_of("state", UPLOAD_STATES), name="state"),
        CheckConstraint("city_id IS NOT NULL OR batch_id IS NOT NULL", name="goes_somewhere"),
    )


class UploadRow(Model):
    """One row of an upload: its cells, what is wrong with them, and what becomes of it."""

    __tablename__ = "upload_rows"
    id: Mapped[int] = mapped_column(primary_key=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("uploads.id"))
    number: Mapped[int]  # as a spreadsheet counts
    cells: Mapped[list] = mapped_column(default=list)
    state: Mapped[str] = mapped_column(default="waiting")
    outcome: Mapped[str | None]  # expected after the check, so after the making
    problems: Mapped[list] = mapped_column(default=list)  # [column or null, what is wrong, what was there]
    answers: Mapped[dict] = mapped_column(default=dict)
    key: Mapped[str] = mapped_column(default="")
    city_id: Mapped[int | None] = mapped_column(ForeignKey("cities.id"))
    practice_id: Mapped[int | None] = mapped_column(ForeignKey("practices.id"))
    practice: Mapped[Practice | None] = relationship()
    __table_args__ = (
        UniqueConstraint("upload_id", "number"),
        CheckConstraint(one_of("state", ROW_STATES), name="state"),
        CheckConstraint(one_of("outcome", OUTCOMES), name="outcome"),
    )


class TakenRow(Model):
    """A row that became a draft: found again by its key, so that the same file does nothing twice."""

    __tablename__ = "taken_rows"
    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str]  # 'batch:3', or 'city' for what a city sends of itself
    city_id: Mapped[int] = mapped_column(ForeignKey("cities.id"))
    key: Mapped[str]
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), unique=True)
    row_hash: Mapped[str]  # of the answers in the row
    draft_hash: Mapped[str]  # of the draft as it was written: another one is somebody's work
    at: Mapped[datetime] = mapped_column(default=now)
    practice: Mapped[Practice] = relationship(lazy="joined")
    __table_args__ = (UniqueConstraint("scope", "city_id", "key"),)


class ColumnNames(Model):
    """Which of our columns somebody's headings meant last time."""

    __tablename__ = "column_names"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    names: Mapped[dict] = mapped_column(default=dict)  # folded heading → target
