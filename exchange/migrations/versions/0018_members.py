"""departments of cities, membership by partial dates and with a source, sources of offices, changes on record

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

from exchange.core.models import PLAIN_JSON, UTCTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

DATES = ("member_since", "member_until")
ORDER = "ck_terms_of_office_order"


def upgrade():
    op.add_column("cities", sa.Column("departments", PLAIN_JSON, nullable=False, server_default="[]"))
    op.add_column("cities", sa.Column("membership_source", sa.String(), nullable=True))
    for name in DATES:
        retype(name, sa.String(), f"CAST({name} AS VARCHAR)")
    with op.batch_alter_table("terms_of_office") as batch:
        batch.add_column(sa.Column("source", sa.String(), nullable=False, server_default=""))
        batch.drop_constraint(op.f(ORDER), type_="check")
        batch.create_check_constraint(
            op.f(ORDER), '"end" IS NULL OR "end" >= substr(start, 1, length("end"))'
        )
    op.create_table(
        "city_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "city_id",
            sa.Integer(),
            sa.ForeignKey("cities.id", name="fk_city_changes_city_id_cities"),
            nullable=False,
        ),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column(
            "by_id",
            sa.Integer(),
            sa.ForeignKey("users.id", name="fk_city_changes_by_id_users"),
            nullable=False,
        ),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("details", PLAIN_JSON, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint(
            "what IN ('city added', 'place', 'profile', 'membership', "
            "'office added', 'office changed', 'office removed')",
            name="ck_city_changes_what",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_city_changes"),
    )
    op.create_index("ix_city_changes_city_id", "city_changes", ["city_id"])


def retype(name, kind, value):
    """The column with another type, its values carried over; cities are pointed to, so they are not rebuilt."""
    op.add_column("cities", sa.Column(f"{name}_new", kind, nullable=True))
    op.execute(f"UPDATE cities SET {name}_new = {value}")
    op.drop_column("cities", name)
    op.execute(f"ALTER TABLE cities RENAME COLUMN {name}_new TO {name}")


def downgrade():
    op.drop_table("city_changes")
    # What the older rule refuses keeps its year
    op.execute('UPDATE terms_of_office SET start = substr(start, 1, length("end")) WHERE "end" < start')
    with op.batch_alter_table("terms_of_office") as batch:
        batch.drop_constraint(op.f(ORDER), type_="check")
        batch.create_check_constraint(op.f(ORDER), '"end" IS NULL OR "end" >= start')
        batch.drop_column("source")
    for name in DATES:
        retype(name, sa.Integer(), f"CAST(substr({name}, 1, 4) AS INTEGER)")
    op.drop_column("cities", "membership_source")
    op.drop_column("cities", "departments")
