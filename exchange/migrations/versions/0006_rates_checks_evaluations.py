"""rates of currencies, checks of claims, evaluations that readers propose

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from exchange.core.models import UTCTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "rates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("per_euro", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.CheckConstraint("currency <> 'EUR'", name=op.f("ck_rates_currency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rates")),
        sa.UniqueConstraint("currency", "year", name=op.f("uq_rates_currency")),
    )
    op.create_table(
        "claim_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("claim", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('unchecked', 'checked', 'disputed', 'outdated')", name=op.f("ck_claim_checks_state")
        ),
        sa.CheckConstraint(
            "state NOT IN ('disputed', 'outdated') OR length(note) > 0", name=op.f("ck_claim_checks_note")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_claim_checks_by_id_users")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_claim_checks_practice_id_practices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_checks")),
    )
    op.create_index("ix_claim_checks_claim", "claim_checks", ["practice_id", "claim"])
    op.create_table(
        "evaluations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("design", sa.String(), nullable=False),
        sa.Column("finding", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", UTCTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state IN ('proposed', 'accepted', 'declined', 'removed')", name=op.f("ck_evaluations_state")
        ),
        sa.CheckConstraint(
            "state NOT IN ('declined', 'removed') OR length(reason) > 0", name=op.f("ck_evaluations_reason")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_evaluations_by_id_users")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_evaluations_decided_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_evaluations_practice_id_practices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluations")),
    )
    op.create_index(op.f("ix_evaluations_by_id"), "evaluations", ["by_id"])
    stands = "state IN ('proposed', 'accepted')"
    op.create_index(
        "uq_evaluations_address",
        "evaluations",
        ["practice_id", "address"],
        unique=True,
        sqlite_where=sa.text(stands),
        postgresql_where=sa.text(stands),
    )


def downgrade():
    op.drop_table("evaluations")
    op.drop_table("claim_checks")
    op.drop_table("rates")
