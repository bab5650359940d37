"""batches, uploads and their rows

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from exchange.core.models import PLAIN_JSON, UTCTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def key(table, column, target, nullable=True, **more):
    """A column that points to another table, with its foreign key."""
    name = f"fk_{table}_{column}_{target}"
    return sa.Column(
        column, sa.Integer(), sa.ForeignKey(f"{target}.id", name=name), nullable=nullable, **more
    )


def upgrade():
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        key("batches", "sender_id", "users", nullable=False),
        sa.Column("rules", sa.String(), nullable=False),
        sa.Column("languages", PLAIN_JSON, nullable=False),
        sa.Column("deadline", UTCTime(), nullable=True),
        sa.Column("opened_at", UTCTime(), nullable=False),
        key("batches", "opened_by_id", "users", nullable=False),
        sa.Column("vetted_on", sa.String(), nullable=False),
        sa.Column("vetted_by", sa.String(), nullable=False),
        sa.Column("vetted_how", sa.String(), nullable=False),
        sa.Column("rubric", PLAIN_JSON, nullable=False),
        sa.Column("recorded_at", UTCTime(), nullable=True),
        key("batches", "recorded_by_id", "users"),
        sa.CheckConstraint("kind IN ('award', 'partner', 'call')", name="ck_batches_kind"),
        sa.CheckConstraint("recorded_at IS NULL OR length(vetted_by) > 0", name="ck_batches_vetting"),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
        sa.UniqueConstraint("name", name="uq_batches_name"),
    )
    op.create_index("ix_batches_sender_id", "batches", ["sender_id"])
    op.create_table(
        "batch_cities",
        key("batch_cities", "batch_id", "batches", nullable=False),
        key("batch_cities", "city_id", "cities", nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "city_id", name="pk_batch_cities"),
    )
    op.create_table(
        "batch_cases",
        key("batch_cases", "practice_id", "practices", nullable=False),
        key("batch_cases", "batch_id", "batches", nullable=False),
        sa.Column("told_at", UTCTime(), nullable=True),
        sa.Column("excepted_at", UTCTime(), nullable=True),
        key("batch_cases", "excepted_by_id", "users"),
        sa.Column("exception", sa.String(), nullable=False),
        key("batch_cases", "vetted_revision_id", "revisions"),
        sa.CheckConstraint("excepted_at IS NULL OR length(exception) > 0", name="ck_batch_cases_exception"),
        sa.CheckConstraint("excepted_at IS NULL OR vetted_revision_id IS NULL", name="ck_batch_cases_vetted"),
        sa.PrimaryKeyConstraint("practice_id", name="pk_batch_cases"),
    )
    op.create_index("ix_batch_cases_batch_id", "batch_cases", ["batch_id"])
    op.create_table(
        "uploads",
        sa.Column("id", sa.Integer(), nullable=False),
        key("uploads", "owner_id", "users", nullable=False),
        key("uploads", "city_id", "cities"),
        key("uploads", "batch_id", "batches"),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("sheets", PLAIN_JSON, nullable=False),
        sa.Column("headings", PLAIN_JSON, nullable=False),
        sa.Column("mapping", PLAIN_JSON, nullable=False),
        sa.Column("key_column", sa.Integer(), nullable=True),
        sa.Column("told_language", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("expires_at", UTCTime(), nullable=False),
        sa.CheckConstraint(
            "state IN ('columns', 'checking', 'checked', 'making', 'made')", name="ck_uploads_state"
        ),
        sa.CheckConstraint("city_id IS NOT NULL OR batch_id IS NOT NULL", name="ck_uploads_goes_somewhere"),
        sa.PrimaryKeyConstraint("id", name="pk_uploads"),
    )
    op.create_index("ix_uploads_owner_id", "uploads", ["owner_id"])
    op.create_table(
        "upload_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        key("upload_rows", "upload_id", "uploads", nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cells", PLAIN_JSON, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("problems", PLAIN_JSON, nullable=False),
        sa.Column("answers", PLAIN_JSON, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        key("upload_rows", "city_id", "cities"),
        key("upload_rows", "practice_id", "practices"),
        sa.CheckConstraint("state IN ('waiting', 'good', 'wrong', 'made')", name="ck_upload_rows_state"),
        sa.CheckConstraint(
            "outcome IN ('new', 'same', 'changed', 'conflict')", name="ck_upload_rows_outcome"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_upload_rows"),
        sa.UniqueConstraint("upload_id", "number", name="uq_upload_rows_upload_id"),
    )
    op.create_table(
        "taken_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        key("taken_rows", "city_id", "cities", nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        key("taken_rows", "practice_id", "practices", nullable=False),
        sa.Column("row_hash", sa.String(), nullable=False),
        sa.Column("draft_hash", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_taken_rows"),
        sa.UniqueConstraint("practice_id", name="uq_taken_rows_practice_id"),
        sa.UniqueConstraint("scope", "city_id", "key", name="uq_taken_rows_scope"),
    )
    op.create_table(
        "column_names",
        key("column_names", "user_id", "users", nullable=False),
        sa.Column("names", PLAIN_JSON, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_column_names"),
    )


def downgrade():
    for table in (
        "column_names",
        "taken_rows",
        "upload_rows",
        "uploads",
        "batch_cases",
        "batch_cities",
        "batches",
    ):
        op.drop_table(table)
