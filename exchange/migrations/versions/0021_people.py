"""people: profiles, what they write to each other, whom they block

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

from exchange.core.models import PLAIN_JSON, UTCTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def key(table, column, target, nullable=True):
    """A column that points to another table, with its foreign key."""
    name = f"fk_{table}_{column}_{target}"
    return sa.Column(column, sa.Integer(), sa.ForeignKey(f"{target}.id", name=name), nullable=nullable)


def upgrade():
    op.create_table(
        "profiles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        key("profiles", "by_id", "users", nullable=False),
        sa.Column("does", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        key("profiles", "city_id", "cities"),
        sa.Column("topics", PLAIN_JSON, nullable=False),
        sa.Column("languages", PLAIN_JSON, nullable=False),
        sa.Column("helps", PLAIN_JSON, nullable=False),
        sa.Column("takes_messages", sa.Boolean(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("changed_at", UTCTime(), nullable=False),
        sa.Column("taken_back_at", UTCTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_profiles"),
        sa.UniqueConstraint("public_id", name="uq_profiles_public_id"),
        sa.UniqueConstraint("by_id", name="uq_profiles_by_id"),
    )
    op.create_index("ix_profiles_city_id", "profiles", ["city_id"])
    op.create_table(
        "correspondences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        key("correspondences", "one_id", "users", nullable=False),
        key("correspondences", "other_id", "users", nullable=False),
        sa.Column("last_at", UTCTime(), nullable=False),
        sa.CheckConstraint("one_id < other_id", name="ck_correspondences_order"),
        sa.PrimaryKeyConstraint("id", name="pk_correspondences"),
        sa.UniqueConstraint("public_id", name="uq_correspondences_public_id"),
        sa.UniqueConstraint("one_id", "other_id", name="uq_correspondences_one_id"),
    )
    op.create_index("ix_correspondences_other_id", "correspondences", ["other_id"])
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False),
        key("messages", "correspondence_id", "correspondences", nullable=False),
        key("messages", "by_id", "users", nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("gives_address", sa.Boolean(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
    )
    for column in ("correspondence_id", "by_id", "at"):
        op.create_index(f"ix_messages_{column}", "messages", [column])
    op.create_table(
        "blocks",
        key("blocks", "by_id", "users", nullable=False),
        key("blocks", "user_id", "users", nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.PrimaryKeyConstraint("by_id", "user_id", name="pk_blocks"),
    )
    op.create_index("ix_blocks_user_id", "blocks", ["user_id"])


def downgrade():
    for table in ("blocks", "messages", "correspondences", "profiles"):
        op.drop_table(table)
