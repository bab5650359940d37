"""What a city asks everyone (Challenge, Answer, TalkComment), or some (Question, Request, QuestionReply)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.accounts.models import City, User
from exchange.core.models import Model, index_where, now, one_of
from exchange.practices.models import Practice

ANSWER_KINDS = ("practice", "advice", "talk")
QUESTION_KINDS = ("policy", "technical", "financial")
OPEN_REQUESTS = 3  # that a city takes at a time, unless its team says otherwise


class Challenge(Model):
    """A city asks the others: this is our problem, these our constraints, who can help by when?"""

    __tablename__ = "challenges"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("cities.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    asked_by: Mapped[str] = mapped_column(default="")  # the department that asks, in its own words
    title: Mapped[str]
    text: Mapped[str]
    constraints: Mapped[str] = mapped_column(default="")
    topics: Mapped[list] = mapped_column(default=list)  # slugs
    by_when: Mapped[str | None]  # a partial date
    language: Mapped[str] = mapped_column(default="en")
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    changed_at: Mapped[datetime] = mapped_column(default=now)  # by its city
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    outcome: Mapped[str] = mapped_column(default="")
    city: Mapped[City] = relationship(lazy="joined")
    by: Mapped[User] = relationship(foreign_keys=[by_id], lazy="joined")
    __table_args__ = (CheckConstraint("(closed_at IS NULL) = (length(outcome) = 0)", name="outcome"),)

    @property
    def is_open(self):
        return self.closed_at is None

    def may_be_changed_by(self, user):
        """Whoever works for the city that asks."""
        return user.is_authenticated and user.is_of(self.city_id)


class Answer(Model):
    """What another city brings: a practice, advice, or the offer to talk."""

    __tablename__ = "answers"
    id: Mapped[int] = mapped_column(primary_key=True)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id"), index=True)
    kind: Mapped[str]
    city_id: Mapped[int] = mapped_column(ForeignKey("cities.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    practice_id: Mapped[int | None] = mapped_column(ForeignKey("practices.id"), index=True)
    text: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    at: Mapped[datetime] = mapped_column(default=now)
    helped_at: Mapped[datetime | None]
    helped_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    taken_back_at: Mapped[datetime | None]
    challenge: Mapped[Challenge] = relationship()
    city: Mapped[City] = relationship(lazy="joined")
    by: Mapped[User] = relationship(foreign_keys=[by_id], lazy="joined")
    practice: Mapped[Practice | None] = relationship()
    __table_args__ = (
        CheckConstraint(one_of("kind", ANSWER_KINDS), name="kind"),
        CheckConstraint("(kind = 'practice') = (practice_id IS NOT NULL)", name="practice"),
        index_where(
            "uq_answers_practice",
            "challenge_id",
            "city_id",
            "practice_id",
            where="practice_id IS NOT NULL AND taken_back_at IS NULL",
            unique=True,
        ),
    )


class TalkComment(Model):
    """A remark on a challenge, or on one of its answers; nobody remarks on a remark."""

    __tablename__ = "talk_comments"
    id: Mapped[int] = mapped_column(primary_key=True)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id"), index=True)
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answers.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    city_id: Mapped[int | None] = mapped_column(ForeignKey("cities.id"))  # that its author works for
    text: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    at: Mapped[datetime] = mapped_column(default=now)
    taken_back_at: Mapped[datetime | None]
    challenge: Mapped[Challenge] = relationship()
    answer: Mapped[Answer | None] = relationship()
    by: Mapped[User] = relationship(lazy="joined")
    city: Mapped[City | None] = relationship(lazy="joined")


class Question(Model):
    """A city asks for help. Only those asked read it, until asker and those who replied make it public."""

    __tablename__ = "questions"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    city_id: Mapped[int] = mapped_column(ForeignKey("cities.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    practice_id: Mapped[int | None] = mapped_column(ForeignKey("practices.id"), index=True)
    topics: Mapped[list] = mapped_column(default=list)
    title: Mapped[str]
    text: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    at: Mapped[datetime] = mapped_column(default=now)
    agreed_at: Mapped[datetime | None]  # the asker would have it public
    closed_at: Mapped[datetime | None]
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    city: Mapped[City] = relationship(lazy="joined")
    by: Mapped[User] = relationship(lazy="joined")
    practice: Mapped[Practice | None] = relationship()
    __table_args__ = (CheckConstraint(one_of("kind", QUESTION_KINDS), name="kind"),)

    @property
    def is_open(self):
        return self.closed_at is None


class Request(Model):
    """A question was put to a city's people, or to one person who offered such help."""

    __tablename__ = "help_requests"
    WHYS = ("told", "adopted", "topic", "offered")
    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    city_id: Mapped[int | None] = mapped_column(ForeignKey("cities.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    why: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    answered_at: Mapped[datetime | None]
    passed_at: Mapped[datetime | None]
    passed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    question: Mapped[Question] = relationship()
    city: Mapped[City | None] = relationship(lazy="joined")
    user: Mapped[User | None] = relationship(foreign_keys=[user_id], lazy="joined")
    __table_args__ = (
        CheckConstraint(one_of("why", WHYS), name="why"),
        CheckConstraint("(city_id IS NULL) != (user_id IS NULL)", name="one_asked"),
        index_where("uq_requests_city", "question_id", "city_id", where="city_id IS NOT NULL", unique=True),
        index_where("uq_requests_user", "question_id", "user_id", where="user_id IS NOT NULL", unique=True),
    )


class QuestionReply(Model):
    """What somebody who was asked, or the asker, says to a question."""

    __tablename__ = "question_replies"
    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    city_id: Mapped[int | None] = mapped_column(ForeignKey("cities.id"))
    text: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    at: Mapped[datetime] = mapped_column(default=now)
    agreed_at: Mapped[datetime | None]  # its author would have it public
    question: Mapped[Question] = relationship()
    by: Mapped[User] = relationship(lazy="joined")
    city: Mapped[City | None] = relationship(lazy="joined")


class HelpDesk(Model):
    """How many open requests a city's team takes at a time; 0 takes none for now."""

    __tablename__ = "help_desks"
    city_id: Mapped[int] = mapped_column(ForeignKey("cities.id"), primary_key=True)
    most_open: Mapped[int]
    set_at: Mapped[datetime] = mapped_column(default=now)
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    __table_args__ = (CheckConstraint("most_open BETWEEN 0 AND 50", name="most_open"),)
