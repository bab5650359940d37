"""topics and tags are merged and retired; officials propose words

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

from exchange.core.models import PLAIN_JSON, UTCTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade():
    refer("topics", "merged_into_id", "INTEGER", "id")
    op.add_column("topics", sa.Column("retired_at", UTCTime(), nullable=True))
    op.add_column("tags", sa.Column("names", PLAIN_JSON, nullable=False, server_default="{}"))
    refer("tags", "merged_into", "VARCHAR", "slug")
    op.add_column("tags", sa.Column("retired_at", UTCTime(), nullable=True))
    op.create_table(
        "tags_apart",
        sa.Column("first", sa.String(), nullable=False),
        sa.Column("second", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["first"], ["tags.slug"], name=op.f("fk_tags_apart_first_tags")),
        sa.ForeignKeyConstraint(["second"], ["tags.slug"], name=op.f("fk_tags_apart_second_tags")),
        sa.PrimaryKeyConstraint("first", "second", name=op.f("pk_tags_apart")),
    )
    op.create_table(
        "word_proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("decided_at", UTCTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('topic', 'tag', 'synonym')", name=op.f("ck_word_proposals_kind")),
        sa.CheckConstraint("state IN ('open', 'taken', 'declined')", name=op.f("ck_word_proposals_state")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_word_proposals_by_id_users")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_word_proposals_decided_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_word_proposals")),
    )
    with op.batch_alter_table("word_proposals") as batch:
        batch.create_index(batch.f("ix_word_proposals_by_id"), ["by_id"])
        batch.create_index(batch.f("ix_word_proposals_state"), ["state"])


def refer(table, column, kind, key):
    """A column that names a row of its own table. Added in one breath: SQLite knows no other way."""
    rule = f"fk_{table}_{column}_{table}"
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind} CONSTRAINT {rule} REFERENCES {table} ({key})")


def downgrade():
    op.execute("DELETE FROM letters WHERE kind IN ('word-proposed', 'word-decided')")
    op.drop_table("word_proposals")
    op.drop_table("tags_apart")
    for name in ("retired_at", "merged_into", "names"):
        op.drop_column("tags", name)
    for name in ("retired_at", "merged_into_id"):
        op.drop_column("topics", name)
