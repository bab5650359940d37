"""figures: how often cases were read and taken away

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

from exchange.core.models import UTCTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "read_totals",
        sa.Column(
            "practice_id",
            sa.Integer(),
            sa.ForeignKey("practices.id", name="fk_read_totals_practice_id_practices"),
            nullable=False,
        ),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("act IN ('read', 'download')", name="ck_read_totals_act"),
        sa.CheckConstraint("number > 0", name="ck_read_totals_number"),
        sa.PrimaryKeyConstraint("practice_id", "period", "act", name="pk_read_totals"),
    )
    op.create_index("ix_read_totals_period", "read_totals", ["period"])
    op.create_table(
        "spools_added",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_spools_added"),
    )


def downgrade():
    op.drop_table("spools_added")
    op.drop_table("read_totals")
