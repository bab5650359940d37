"""translations; cases that were merged into another

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

from exchange.core.models import PLAIN_JSON, UTCTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# In one statement: SQLite can neither add a constraint later nor build a table anew that others refer to.
MERGED = """
    ALTER TABLE practices ADD COLUMN merged_into_id INTEGER
    CONSTRAINT fk_practices_merged_into_id_practices REFERENCES practices (id)
    CONSTRAINT ck_practices_merged CHECK (merged_into_id IS NULL OR visibility = 'tombstone')
"""


def upgrade():
    op.add_column("users", sa.Column("reads", PLAIN_JSON, nullable=False, server_default="[]"))
    op.execute(MERGED)
    op.add_column("practices", sa.Column("merged_at", UTCTime(), nullable=True))
    op.add_column("practices", sa.Column("merged_was", sa.String(), nullable=True))
    op.create_index(op.f("ix_practices_merged_into_id"), "practices", ["merged_into_id"])
    op.create_table(
        "translations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("texts", PLAIN_JSON, nullable=False),
        sa.Column("writers", PLAIN_JSON, nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("created_at", UTCTime(), nullable=False),
        sa.Column("saved_at", UTCTime(), nullable=False),
        sa.Column("submitted_at", UTCTime(), nullable=True),
        sa.Column("published_at", UTCTime(), nullable=True),
        sa.Column("decided_at", UTCTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'published', 'superseded', 'rejected')",
            name=op.f("ck_translations_state"),
        ),
        sa.CheckConstraint(
            "state <> 'published' OR decided_by_id IS NOT NULL", name=op.f("ck_translations_decided")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_translations_practice_id_practices")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_translations_decided_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translations")),
    )
    op.create_index(op.f("ix_translations_practice_id"), "translations", ["practice_id"])
    op.create_index(op.f("ix_translations_state"), "translations", ["state"])
    for name, states in (("public", "state = 'published'"), ("working", "state IN ('draft', 'submitted')")):
        op.create_index(
            f"uq_translations_{name}",
            "translations",
            ["practice_id", "language"],
            unique=True,
            sqlite_where=sa.text(states),
            postgresql_where=sa.text(states),
        )


def downgrade():
    op.drop_table("translations")
    op.drop_index(op.f("ix_practices_merged_into_id"), "practices")
    for name in ("merged_into_id", "merged_was", "merged_at"):
        op.drop_column("practices", name)
    op.drop_column("users", "reads")
