"""who hears of what: texts held back, versions that a city is told of, titles to be found by

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

from exchange.core.models import UTCTime
from exchange.core.words import folded

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

RUNNING = sa.text("over_at IS NULL")
REVISIONS = sa.table("revisions", sa.column("id"), sa.column("title"), sa.column("folded_title"))

LET_IN_SENDERS = """
UPDATE authors SET is_guest = true WHERE role = 'lead' AND EXISTS (
    SELECT 1 FROM batch_cases JOIN batches ON batches.id = batch_cases.batch_id
    WHERE batch_cases.practice_id = authors.practice_id AND batches.sender_id = authors.user_id
)
"""


def upgrade():
    make_held_texts()
    with op.batch_alter_table("city_notices") as table:
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        table.drop_constraint("uq_city_notices_practice_id", type_="unique")
        table.create_unique_constraint("uq_city_notices_address", ["practice_id", "version", "address"])
    fold_titles()
    op.execute(LET_IN_SENDERS)


def make_held_texts():
    op.create_table(
        "held_texts",
        sa.Column("hold_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("over_at", UTCTime(), nullable=True),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name=op.f("fk_held_texts_hold_id_holds")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("fk_held_texts_revision_id_revisions")
        ),
        sa.PrimaryKeyConstraint("hold_id", "revision_id", name=op.f("pk_held_texts")),
    )
    op.create_index(
        "ix_held_texts_running", "held_texts", ["hold_id"], sqlite_where=RUNNING, postgresql_where=RUNNING
    )


def fold_titles():
    op.add_column("revisions", sa.Column("folded_title", sa.String(), nullable=False, server_default=""))
    database = op.get_bind()
    rows = database.execute(sa.select(REVISIONS.c.id, REVISIONS.c.title)).all()
    change = sa.update(REVISIONS).where(REVISIONS.c.id == sa.bindparam("number"))
    change = change.values(folded_title=sa.bindparam("words"))
    if rows:
        database.execute(change, [{"number": number, "words": folded(title)} for number, title in rows])


def downgrade():
    op.drop_column("revisions", "folded_title")
    op.execute("DELETE FROM city_notices WHERE version > 1")
    with op.batch_alter_table("city_notices") as table:
        table.drop_constraint("uq_city_notices_address", type_="unique")
        table.create_unique_constraint("uq_city_notices_practice_id", ["practice_id", "address"])
        table.drop_column("version")
    op.drop_table("held_texts")
