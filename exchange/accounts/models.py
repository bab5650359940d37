"""User, City, Membership, roles, sessions and one-time links."""

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.core.i18n import in_language
from exchange.core.models import Model, now, one_of

ROLES = ("expert", "moderator", "coordinator", "admin")
LETTERS = ("all", "daily", "must", "none")
REVIEWING = {"moderator", "coordinator"}


class City(Model):
    """A city. A member has `is_member`; others are named by cases only."""

    __tablename__ = "cities"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]  # as the city calls itself, in Latin letters
    names: Mapped[dict] = mapped_column(default=dict)  # language → name
    country: Mapped[str] = mapped_column(index=True)  # ISO 3166-1 alpha-2
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    population: Mapped[int | None]
    population_year: Mapped[int | None]
    population_source: Mapped[str | None]
    languages: Mapped[list] = mapped_column(default=list)
    about: Mapped[dict] = mapped_column(default=dict)  # language → sentences
    competences: Mapped[dict] = mapped_column(default=dict)  # matter → own, shared, none
    facts: Mapped[dict] = mapped_column(default=dict)  # name → {value, year, source}: area, income_group …
    departments: Mapped[list] = mapped_column(default=list)  # {name, address} each, in the city's own order
    website: Mapped[str | None]
    is_member: Mapped[bool] = mapped_column(default=False)
    member_since: Mapped[str | None]  # a partial date, as the next
    member_until: Mapped[str | None]
    membership_source: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("lat BETWEEN -90 AND 90", name="lat"),
        CheckConstraint("lon BETWEEN -180 AND 180", name="lon"),
    )

    def label(self, language):
        """The city's name in a reader's language, else as it calls itself."""
        return self.names.get(language) or self.name

    def about_in(self, language):
        return in_language(self.about, language)


class User(UserMixin, Model):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)  # lower case
    name: Mapped[str]
    password_hash: Mapped[str | None]
    language: Mapped[str | None]
    letters: Mapped[str] = mapped_column(default="all")  # which ones this person wants
    reads: Mapped[list] = mapped_column(default=list)  # languages in which this person can judge a text
    created_at: Mapped[datetime] = mapped_column(default=now)
    verified_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    mail_paused_at: Mapped[datetime | None]  # letters to the address came back again and again

    grants: Mapped[list["RoleGrant"]] = relationship(
        foreign_keys="RoleGrant.user_id", lazy="selectin", cascade="all, delete-orphan"
    )
    memberships: Mapped[list["Membership"]] = relationship(
        foreign_keys="Membership.user_id",
        lazy="selectin",
        cascade="all, delete-orphan",
        back_populates="user",
    )

    __table_args__ = (CheckConstraint(one_of("letters", LETTERS), name="letters"),)

    @property
    def is_active(self):
        return not (self.suspended_at or self.left_at)

    @property
    def roles(self):
        """The roles that were given; `powers` are those that count."""
        return {grant.role for grant in self.grants}

    @property
    def powers(self):
        """Nobody acts in a role, or for a city, before the mail address is proven."""
        return self.roles if self.verified_at else set()

    @property
    def may_review(self):
        return bool(self.powers & (REVIEWING | {"expert"}))

    @property
    def is_moderator(self):
        """Moderators decide; coordinators do too, and assign."""
        return bool(self.powers & REVIEWING)

    @property
    def is_coordinator(self):
        return "coordinator" in self.powers

    @property
    def is_admin(self):
        return "admin" in self.powers

    @property
    def cities(self):
        approved = [member.city for member in self.memberships if member.state == "approved"]
        return approved if self.verified_at else []

    @property
    def may_write(self):
        """Whoever asked for a city may write and save; submitting waits for the approval."""
        return any(self.works_for(member.city_id) for member in self.memberships)

    def works_for(self, city_id):
        """Let in, or waiting to be."""
        states = {member.state for member in self.memberships if member.city_id == city_id}
        return bool(self.verified_at) and bool(states & {"requested", "approved"})

    def is_of(self, city_id):
        return self.membership_of(city_id) is not None

    def is_admin_of(self, city_id):
        member = self.membership_of(city_id)
        return member is not None and member.is_admin

    def membership_of(self, city_id):
        """The approved membership of a person with a proven address, or None."""
        if not self.verified_at:
            return None
        return next((m for m in self.memberships if m.city_id == city_id and m.state == "approved"), None)


class RoleGrant(Model):
    __tablename__ = "role_grants"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    role: Mapped[str]
    granted_at: Mapped[datetime] = mapped_column(default=now)
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    __table_args__ = (
        UniqueConstraint("user_id", "role"),
        CheckConstraint(one_of("role", ROLES), name="role"),
    )


class Membership(Model):
    """A person works for a city: asked for, approved by its admin or a coordinator, or ended."""

    __tablename__ = "memberships"
    STATES = ("requested", "approved", "declined", "ended")
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    city_id: Mapped[int] = mapped_column(ForeignKey("cities.id"), index=True)
    state: Mapped[str] = mapped_column(default="requested")
    is_admin: Mapped[bool] = mapped_column(default=False)
    department: Mapped[str | None]
    requested_at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    user: Mapped[User] = relationship(foreign_keys=[user_id], back_populates="memberships")
    city: Mapped[City] = relationship(lazy="joined")
    __table_args__ = (
        UniqueConstraint("user_id", "city_id"),
        CheckConstraint(one_of("state", STATES), name="state"),
    )


class Session(Model):
    """One signed-in browser. The cookie holds a random token; only its hash is here."""

    __tablename__ = "sessions"
    id_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    csrf: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    agent: Mapped[str] = mapped_column(default="")
    user: Mapped[User] = relationship(lazy="joined")


class OneTimeLink(Model):
    """A link that works once, for a while, and only when its button is pressed.

    The token in the letter is id + HMAC(secret key, id): nothing stored here opens anything.
    """

    __tablename__ = "one_time_links"
    PURPOSES = ("verify", "sign-in", "reset", "invitation", "address")
    id: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    email: Mapped[str]
    city_id: Mapped[int | None] = mapped_column(ForeignKey("cities.id"))
    as_admin: Mapped[bool] = mapped_column(default=False)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    created_by: Mapped[User | None] = relationship(foreign_keys=[created_by_id])
    city: Mapped[City | None] = relationship()
    __table_args__ = (CheckConstraint(one_of("purpose", PURPOSES), name="purpose"),)


class Attempt(Model):
    """How often something was tried from one place or against one address, per window of time."""

    __tablename__ = "attempts"
    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str]
    who_hash: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (Index("ix_attempts_who", "what", "who_hash", "at"),)
