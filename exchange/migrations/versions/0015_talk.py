"""challenges, answers, comments, support questions; reports, hidings, locks

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

from exchange.core.models import PLAIN_JSON, UTCTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def key(table, column, target, nullable=True):
    """A column that points to another table, with its foreign key."""
    name = f"fk_{table}_{column}_{target}"
    return sa.Column(column, sa.Integer(), sa.ForeignKey(f"{target}.id", name=name), nullable=nullable)


def upgrade():
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        key("reports", "by_id", "users", nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_at", UTCTime(), nullable=True),
        key("reports", "decided_by_id", "users"),
        sa.CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="ck_reports_decided"),
        sa.CheckConstraint("outcome IN ('hidden', 'kept')", name="ck_reports_outcome"),
        sa.CheckConstraint(
            "why IN ('advertising', 'insult', 'personal-data', 'rights', 'wrong', 'other')",
            name="ck_reports_why",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
    )
    op.create_index("ix_reports_by_id", "reports", ["by_id"])
    op.create_index("ix_reports_thing", "reports", ["kind", "thing_id"])
    op.create_index(
        "uq_reports_open",
        "reports",
        ["kind", "thing_id", "by_id"],
        unique=True,
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "hidings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        key("hidings", "by_id", "users", nullable=False),
        sa.Column("appeal", sa.String(), nullable=True),
        sa.Column("appealed_at", UTCTime(), nullable=True),
        sa.Column("upheld_at", UTCTime(), nullable=True),
        key("hidings", "upheld_by_id", "users"),
        sa.Column("ended_at", UTCTime(), nullable=True),
        key("hidings", "ended_by_id", "users"),
        sa.Column("answer", sa.String(), nullable=False),
        sa.CheckConstraint(
            "upheld_at IS NULL OR ended_at IS NULL OR length(answer) > 0", name="ck_hidings_answer"
        ),
        sa.CheckConstraint("(appeal IS NULL) = (appealed_at IS NULL)", name="ck_hidings_appealed"),
        sa.CheckConstraint("length(reason) > 0", name="ck_hidings_reason"),
        sa.PrimaryKeyConstraint("id", name="pk_hidings"),
    )
    op.create_index("ix_hidings_thing", "hidings", ["kind", "thing_id"])
    op.create_index(
        "uq_hidings_now",
        "hidings",
        ["kind", "thing_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "locks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        key("locks", "by_id", "users", nullable=False),
        sa.Column("ended_at", UTCTime(), nullable=True),
        key("locks", "ended_by_id", "users"),
        sa.CheckConstraint("length(reason) > 0", name="ck_locks_reason"),
        sa.PrimaryKeyConstraint("id", name="pk_locks"),
    )
    op.create_index(
        "uq_locks_now",
        "locks",
        ["kind", "thing_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "challenges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        key("challenges", "city_id", "cities", nullable=False),
        key("challenges", "by_id", "users", nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("constraints", sa.String(), nullable=False),
        sa.Column("topics", PLAIN_JSON, nullable=False),
        sa.Column("by_when", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("changed_at", UTCTime(), nullable=False),
        sa.Column("closed_at", UTCTime(), nullable=True),
        key("challenges", "closed_by_id", "users"),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.CheckConstraint("(closed_at IS NULL) = (length(outcome) = 0)", name="ck_challenges_outcome"),
        sa.PrimaryKeyConstraint("id", name="pk_challenges"),
        sa.UniqueConstraint("public_id", name="uq_challenges_public_id"),
    )
    op.create_index("ix_challenges_at", "challenges", ["at"])
    op.create_index("ix_challenges_by_id", "challenges", ["by_id"])
    op.create_index("ix_challenges_city_id", "challenges", ["city_id"])
    op.create_table(
        "answers",
        sa.Column("id", sa.Integer(), nullable=False),
        key("answers", "challenge_id", "challenges", nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        key("answers", "city_id", "cities", nullable=False),
        key("answers", "by_id", "users", nullable=False),
        key("answers", "practice_id", "practices"),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("helped_at", UTCTime(), nullable=True),
        key("answers", "helped_by_id", "users"),
        sa.Column("taken_back_at", UTCTime(), nullable=True),
        sa.CheckConstraint("kind IN ('practice', 'advice', 'talk')", name="ck_answers_kind"),
        sa.CheckConstraint("(kind = 'practice') = (practice_id IS NOT NULL)", name="ck_answers_practice"),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
    )
    op.create_index("ix_answers_by_id", "answers", ["by_id"])
    op.create_index("ix_answers_challenge_id", "answers", ["challenge_id"])
    op.create_index("ix_answers_city_id", "answers", ["city_id"])
    op.create_index("ix_answers_practice_id", "answers", ["practice_id"])
    op.create_index(
        "uq_answers_practice",
        "answers",
        ["challenge_id", "city_id", "practice_id"],
        unique=True,
        sqlite_where=sa.text("practice_id IS NOT NULL AND taken_back_at IS NULL"),
        postgresql_where=sa.text("practice_id IS NOT NULL AND taken_back_at IS NULL"),
    )
    op.create_table(
        "talk_comments",
        sa.Column("id", sa.Integer(), nullable=False),
        key("talk_comments", "challenge_id", "challenges", nullable=False),
        key("talk_comments", "answer_id", "answers"),
        key("talk_comments", "by_id", "users", nullable=False),
        key("talk_comments", "city_id", "cities"),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("taken_back_at", UTCTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_talk_comments"),
    )
    op.create_index("ix_talk_comments_answer_id", "talk_comments", ["answer_id"])
    op.create_index("ix_talk_comments_by_id", "talk_comments", ["by_id"])
    op.create_index("ix_talk_comments_challenge_id", "talk_comments", ["challenge_id"])
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        key("questions", "city_id", "cities", nullable=False),
        key("questions", "by_id", "users", nullable=False),
        key("questions", "practice_id", "practices"),
        sa.Column("topics", PLAIN_JSON, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("agreed_at", UTCTime(), nullable=True),
        sa.Column("closed_at", UTCTime(), nullable=True),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('policy', 'technical', 'financial')", name="ck_questions_kind"),
        sa.PrimaryKeyConstraint("id", name="pk_questions"),
        sa.UniqueConstraint("public_id", name="uq_questions_public_id"),
    )
    op.create_index("ix_questions_by_id", "questions", ["by_id"])
    op.create_index("ix_questions_city_id", "questions", ["city_id"])
    op.create_index("ix_questions_practice_id", "questions", ["practice_id"])
    op.create_table(
        "help_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        key("help_requests", "question_id", "questions", nullable=False),
        key("help_requests", "city_id", "cities"),
        key("help_requests", "user_id", "users"),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("answered_at", UTCTime(), nullable=True),
        sa.Column("passed_at", UTCTime(), nullable=True),
        key("help_requests", "passed_by_id", "users"),
        sa.CheckConstraint("(city_id IS NULL) != (user_id IS NULL)", name="ck_help_requests_one_asked"),
        sa.CheckConstraint("why IN ('told', 'adopted', 'topic', 'offered')", name="ck_help_requests_why"),
        sa.PrimaryKeyConstraint("id", name="pk_help_requests"),
    )
    op.create_index("ix_help_requests_city_id", "help_requests", ["city_id"])
    op.create_index("ix_help_requests_user_id", "help_requests", ["user_id"])
    op.create_index(
        "uq_requests_city",
        "help_requests",
        ["question_id", "city_id"],
        unique=True,
        sqlite_where=sa.text("city_id IS NOT NULL"),
        postgresql_where=sa.text("city_id IS NOT NULL"),
    )
    op.create_index(
        "uq_requests_user",
        "help_requests",
        ["question_id", "user_id"],
        unique=True,
        sqlite_where=sa.text("user_id IS NOT NULL"),
        postgresql_where=sa.text("user_id IS NOT NULL"),
    )
    op.create_table(
        "question_replies",
        sa.Column("id", sa.Integer(), nullable=False),
        key("question_replies", "question_id", "questions", nullable=False),
        key("question_replies", "by_id", "users", nullable=False),
        key("question_replies", "city_id", "cities"),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("agreed_at", UTCTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_question_replies"),
    )
    op.create_index("ix_question_replies_by_id", "question_replies", ["by_id"])
    op.create_index("ix_question_replies_question_id", "question_replies", ["question_id"])
    op.create_table(
        "help_desks",
        key("help_desks", "city_id", "cities", nullable=False),
        sa.Column("most_open", sa.Integer(), nullable=False),
        sa.Column("set_at", UTCTime(), nullable=False),
        key("help_desks", "set_by_id", "users"),
        sa.CheckConstraint("most_open BETWEEN 0 AND 50", name="ck_help_desks_most_open"),
        sa.PrimaryKeyConstraint("city_id", name="pk_help_desks"),
    )


def downgrade():
    for table in (
        "help_desks",
        "question_replies",
        "help_requests",
        "questions",
        "talk_comments",
        "answers",
        "challenges",
        "locks",
        "hidings",
        "reports",
    ):
        op.drop_table(table)
