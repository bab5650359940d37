"""what people keep: collections with their entries, follows

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

from exchange.core.models import PLAIN_JSON, UTCTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def key(table, column, target, nullable=False):
    """A column that points to another table, with its foreign key."""
    name = f"fk_{table}_{column}_{target}"
    return sa.Column(column, sa.Integer(), sa.ForeignKey(f"{target}.id", name=name), nullable=nullable)


def upgrade():
    op.create_table(
        "collections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        key("collections", "by_id", "users"),
        key("collections", "city_id", "cities", nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("introduction", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("changed_at", UTCTime(), nullable=False),
        sa.Column("shown", PLAIN_JSON, nullable=True),
        sa.Column("shown_at", UTCTime(), nullable=True),
        sa.CheckConstraint("(shown_at IS NULL) OR (shown IS NOT NULL)", name="ck_collections_shown"),
        sa.PrimaryKeyConstraint("id", name="pk_collections"),
        sa.UniqueConstraint("public_id", name="uq_collections_public_id"),
    )
    for column in ("by_id", "city_id", "shown_at"):
        op.create_index(f"ix_collections_{column}", "collections", [column])
    op.create_table(
        "collection_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        key("collection_entries", "collection_id", "collections"),
        key("collection_entries", "practice_id", "practices"),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_collection_entries"),
        sa.UniqueConstraint("collection_id", "practice_id", name="uq_collection_entries_collection_id"),
    )
    op.create_index("ix_collection_entries_practice_id", "collection_entries", ["practice_id"])
    op.create_table(
        "follows",
        sa.Column("id", sa.Integer(), nullable=False),
        key("follows", "user_id", "users"),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("thing", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.CheckConstraint("kind IN ('case', 'city', 'topic', 'challenge')", name="ck_follows_kind"),
        sa.PrimaryKeyConstraint("id", name="pk_follows"),
        sa.UniqueConstraint("user_id", "kind", "thing", name="uq_follows_user_id"),
    )
    op.create_index("ix_follows_thing", "follows", ["kind", "thing"])


def downgrade():
    for table in ("follows", "collection_entries", "collections"):
        op.drop_table(table)
