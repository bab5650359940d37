"""Practice (identity and visibility), Revision (content), Medium (a file), Label (a badge outside it)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from exchange.accounts.models import City, User
from exchange.core.models import Model, index_where, now, one_of
from exchange.core.words import folded

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
LABELS = ("demonstration", "featured", "award", "expert-reviewed")
ONCE_WORDS = {"borrowed_from": "text"}  # what edition 1 told in words → the part of a row that holds them now
TRANSLATION_STATES = ("draft", "submitted", "published", "superseded", "rejected")
TELLERS = ("city", "partner", "award", "researcher", "secretariat")
HANDS = ("lead", "co-author", "commenter", "viewer")  # what somebody may do with an unpublished text
WRITERS = ("lead", "co-author")
ANSWERS = ("accepted", "declined", "withdrawn")  # to an invitation


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
    confirmed_at: Mapped[datetime | None]  # when its contact or authors last said that it still holds
    confirm_by: Mapped[datetime | None] = mapped_column(index=True)  # when they are asked next
    silent_since: Mapped[datetime | None]  # nobody has answered: since when nothing is confirmed
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("practices.id"), index=True)
    merged_at: Mapped[datetime | None]
    merged_was: Mapped[str | None]  # its visibility before, for whoever undoes it
    times_taken_up: Mapped[int] = mapped_column(default=0)  # by other cities; written by the network's ledger

    city: Mapped[City | None] = relationship(lazy="joined")
    revisions: Mapped[list["Revision"]] = relationship(back_populates="practice", order_by="Revision.id")
    authors: Mapped[list["Author"]] = relationship(back_populates="practice", lazy="selectin")
    labels: Mapped[list["Label"]] = relationship(  # those that it has now
        primaryjoin="and_(Practice.id == Label.practice_id, Label.removed_at.is_(None))",
        lazy="selectin",
        order_by="Label.id",
    )
    endorsements: Mapped[list["Endorsement"]] = relationship(lazy="selectin", order_by="Endorsement.id")
    __table_args__ = (
        UniqueConstraint("origin_source", "origin_id"),
        CheckConstraint(one_of("visibility", VISIBILITIES), name="visibility"),
        CheckConstraint(one_of("told_by", TELLERS), name="told_by"),
        CheckConstraint("merged_into_id IS NULL OR visibility = 'tombstone'", name="merged"),
    )

    @property
    def is_imported(self):
        """Taken in from elsewhere: not told by the city, approved through gate I."""
        return self.origin_source not in (None, "demonstration")

    @classmethod
    def is_from_elsewhere(cls):
        """`is_imported` as a condition."""
        return and_(cls.origin_source.is_not(None), cls.origin_source != "demonstration")

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

    def hand_of(self, user):
        """The Author row of this person, or None."""
        return next((author for author in self.authors if author.user_id == user.id), None)

    def is_author(self, user):
        """Whoever has a part in the words: one who only looks on has none."""
        hand = self.hand_of(user)
        return hand is not None and hand.role != "viewer"

    def may_be_edited_by(self, user):
        """A lead or co-author, of a city's own telling only while working for that city or as its guest –
        or the city's admin.
        """
        if not user.is_authenticated:
            return False
        hand = self.hand_of(user)
        writes = hand is not None and hand.role in WRITERS and bool(user.verified_at)
        there = self.told_by != "city" or user.works_for(self.city_id) or (writes and hand.is_guest)
        return (writes and there) or (self.city_id is not None and user.is_admin_of(self.city_id))

    def may_be_noted_on_by(self, user):
        """Whoever may leave notes beside the fields of its draft: writers and commenters."""
        if self.may_be_edited_by(user):
            return True
        hand = self.hand_of(user) if user.is_authenticated else None
        return hand is not None and hand.role == "commenter" and bool(user.verified_at)

    def may_be_shared_by(self, user):
        """Its draft may be shown to others by writers whom the city has let in, or whom these invited."""
        hand = self.hand_of(user) if user.is_authenticated else None
        let_in = self.told_by != "city" or user.is_authenticated and user.is_of(self.city_id)
        return self.may_be_edited_by(user) and (let_in or (hand is not None and hand.is_guest))

    def may_be_submitted_by(self, user):
        """The lead author once the city has let them in, or its admin; a coordinator for the secretariat.

        What a partner or an award tells, its lead author submits as a guest: a coordinator named them the
        sender of its batch. To say of a case that a partner tells it lets nobody in.
        """
        if not user.is_authenticated or self.city_id is None:
            return False
        hand = self.hand_of(user)
        leads = hand is not None and hand.role == "lead"
        if self.told_by == "secretariat":
            return leads and user.is_coordinator
        sends = leads and hand.is_guest and self.told_by in ("partner", "award") and bool(user.verified_at)
        return sends or user.is_admin_of(self.city_id) or (leads and user.is_of(self.city_id))

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
    folded_title: Mapped[str] = mapped_column(  # to be found by: both databases compare it alike
        default=lambda context: folded(context.get_current_parameters()["title"])
    )
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

    @validates("title")
    def fold_title(self, _key, title):
        self.folded_title = folded(title)
        return title

    def get(self, field, empty=""):
        """The answer to a field by its name in the schema; `empty` when there is none."""
        if field in ("title", "summary", "language"):
            return getattr(self, field)
        value = self.answers.get(field)
        return empty if value in (None, "") else in_rows(field, value)


def in_rows(field, value):
    """An answer as the form asks for it now: words of edition 1 become the row that holds them."""
    if field in ONCE_WORDS and isinstance(value, str):
        return [{ONCE_WORDS[field]: value}]
    return value


class Author(Model):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[str] = mapped_column(default="lead")
    is_guest: Mapped[bool] = mapped_column(default=False)  # let in by its lead or a batch, not the city
    practice: Mapped[Practice] = relationship(back_populates="authors")
    user: Mapped[User] = relationship(lazy="joined")
    __table_args__ = (
        UniqueConstraint("practice_id", "user_id"),
        CheckConstraint(one_of("role", HANDS), name="role"),
        index_where("uq_authors_lead", "practice_id", where="role = 'lead'", unique=True),
    )


class Invitation(Model):
    """Somebody is asked, by mail address, to take a part in a case; role 'lead' offers them the case itself.

    The link in the letter is id + HMAC (see `accounts.seal`): nothing stored here opens anything.
    """

    __tablename__ = "invitations"
    id: Mapped[str] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    email: Mapped[str] = mapped_column(index=True)  # lower case
    role: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    expires_at: Mapped[datetime]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # who answered
    practice: Mapped[Practice] = relationship(lazy="joined")
    by: Mapped[User] = relationship(foreign_keys=[by_id], lazy="joined")
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    __table_args__ = (
        CheckConstraint(one_of("role", HANDS), name="role"),
        CheckConstraint(f"answer IS NULL OR {one_of('answer', ANSWERS)}", name="answer"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        index_where("uq_invitations_open", "practice_id", "email", where="answered_at IS NULL", unique=True),
        index_where(
            "uq_invitations_offer",
            "practice_id",
            where="answered_at IS NULL AND role = 'lead'",
            unique=True,
        ),
    )


class SharedLink(Model):
    """Whoever has its address reads the text as it stands, for a while: for people without an account."""

    __tablename__ = "shared_links"
    id: Mapped[str] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    for_whom: Mapped[str] = mapped_column(default="")
    email: Mapped[str | None]  # where a letter with it went
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    openings: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime | None]  # last
    practice: Mapped[Practice] = relationship(lazy="joined")
    by: Mapped[User] = relationship(lazy="joined")


class Note(Model):
    """What those who write a case say to each other beside a field; reviewers and readers never see it."""

    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    field: Mapped[str]
    words: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by: Mapped[User] = relationship(foreign_keys=[by_id], lazy="joined")


class Snapshot(Model):
    """A draft as it stood at the end of some minutes of one person's writing; it can be brought back."""

    __tablename__ = "snapshots"
    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), index=True)
    begun_at: Mapped[datetime]
    at: Mapped[datetime]  # of the last save in it
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    language: Mapped[str]
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    answers: Mapped[dict] = mapped_column(default=dict)
    missing: Mapped[dict] = mapped_column(default=dict)
    content_hash: Mapped[str]
    by: Mapped[User | None] = relationship(lazy="joined")
    get = Revision.get


class Label(Model):
    """A badge given to a practice from outside; it makes no revision. A removed one stays as a row."""

    __tablename__ = "labels"
    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(default="")  # of an award
    year: Mapped[int | None]
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    removed_at: Mapped[datetime | None]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    removal_note: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        CheckConstraint(one_of("kind", LABELS), name="kind"),
        index_where(
            "uq_labels_standing", "practice_id", "kind", "name", where="removed_at IS NULL", unique=True
        ),
    )


class Endorsement(Model):
    """What the city says of a case that others tell about it: confirmed, disputed, or no longer supported."""

    __tablename__ = "endorsements"
    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    word: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # None: through the city's own link
    by: Mapped[User | None] = relationship(lazy="joined")
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


class Translation(Model):
    """A case in another language, field by field; reviewed like text. See `translating`."""

    __tablename__ = "translations"
    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    language: Mapped[str]  # of LANGUAGES
    state: Mapped[str] = mapped_column(default="draft", index=True)
    texts: Mapped[dict] = mapped_column(default=dict)  # place → {text, how, revision, fingerprint}
    writers: Mapped[list] = mapped_column(default=list)  # ids of all whose words may stand in it
    content_hash: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    saved_at: Mapped[datetime] = mapped_column(default=now)
    submitted_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    verdict: Mapped[str | None]  # the latest: approve, request_changes, reject, take_down
    reason: Mapped[str] = mapped_column(default="")

    practice: Mapped[Practice] = relationship(lazy="joined")
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    __table_args__ = (
        CheckConstraint(one_of("state", TRANSLATION_STATES), name="state"),
        CheckConstraint("state <> 'published' OR decided_by_id IS NOT NULL", name="decided"),
        index_where(
            "uq_translations_public", "practice_id", "language", where="state = 'published'", unique=True
        ),
        index_where(
            "uq_translations_working",
            "practice_id",
            "language",
            where="state IN ('draft', 'submitted')",
            unique=True,
        ),
    )
