"""the review desk: claims that lapse, threads, suggested words, readings, notes, canned reasons

Revision ID: 0004
Revises: 0003
"""

import json
from pathlib import Path

import sqlalchemy as sa
from alembic import op

import exchange
from exchange.core.models import PLAIN_JSON, UTCTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

REASONS = Path(exchange.__file__).parent / "data" / "reasons.json"


def audience():
    """The rule that SQLite would forget when the table is made anew."""
    return sa.CheckConstraint("audience IN ('authors', 'reviewers')", name=op.f("ck_comments_audience"))


def upgrade():
    for column in ("claim_until", "warned_at", "reminded_at"):
        op.add_column("reviews", sa.Column(column, UTCTime(), nullable=True))
    op.add_column("reviews", sa.Column("rubric_notes", PLAIN_JSON, nullable=False, server_default="{}"))
    op.add_column("decisions", sa.Column("reason_code", sa.String(), nullable=True))
    with op.batch_alter_table("comments", table_args=(audience(),)) as batch_op:
        batch_op.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_comments_parent_id_comments"), "comments", ["parent_id"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_comments_parent_id"), ["parent_id"], unique=False)
    make_suggestions()
    make_readings_and_notes()
    reasons = op.create_table(
        "canned_reasons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("labels", PLAIN_JSON, nullable=False),
        sa.Column("texts", PLAIN_JSON, nullable=False),
        sa.Column("retired_at", UTCTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_reasons")),
        sa.UniqueConstraint("code", name=op.f("uq_canned_reasons_code")),
    )
    op.bulk_insert(reasons, json.loads(REASONS.read_text(encoding="utf-8")))


def make_suggestions():
    op.create_table(
        "suggestions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column("part", sa.String(), nullable=True),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", UTCTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("applied_at", UTCTime(), nullable=True),
        sa.CheckConstraint(
            "answer IN ('accepted', 'declined', 'taken back')", name=op.f("ck_suggestions_answer")
        ),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_suggestions_answered")),
        sa.CheckConstraint(
            "applied_at IS NULL OR coalesce(answer, '') = 'accepted'", name=op.f("ck_suggestions_applied")
        ),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_suggestions_review_id_reviews")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_suggestions_by_id_users")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["users.id"], name=op.f("fk_suggestions_answered_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestions")),
    )
    op.create_index(op.f("ix_suggestions_review_id"), "suggestions", ["review_id"], unique=False)


def make_readings_and_notes():
    op.create_table(
        "readings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("text", PLAIN_JSON, nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_readings_practice_id_practices")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_readings_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readings")),
        sa.UniqueConstraint("user_id", "practice_id", "content_hash", name=op.f("uq_readings_user_id")),
    )
    op.create_index(op.f("ix_readings_practice_id"), "readings", ["practice_id"], unique=False)
    op.create_table(
        "review_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("typed", PLAIN_JSON, nullable=False),
        sa.Column("saved_at", UTCTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name=op.f("fk_review_notes_review_id_reviews")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_review_notes_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_notes")),
        sa.UniqueConstraint("review_id", "by_id", name=op.f("uq_review_notes_review_id")),
    )


def downgrade():
    op.drop_table("canned_reasons")
    op.drop_table("review_notes")
    op.drop_table("readings")
    op.drop_table("suggestions")
    op.execute("UPDATE comments SET parent_id = NULL")
    with op.batch_alter_table("comments", table_args=(audience(),)) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comments_parent_id"))
        batch_op.drop_constraint(batch_op.f("fk_comments_parent_id_comments"), type_="foreignkey")
        batch_op.drop_column("parent_id")
    op.drop_column("decisions", "reason_code")
    for column in ("rubric_notes", "reminded_at", "warned_at", "claim_until"):
        op.drop_column("reviews", column)
