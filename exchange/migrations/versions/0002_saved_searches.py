"""saved searches

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from exchange.core.models import PLAIN_JSON, UTCTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WAITING = "confirmed_at IS NOT NULL AND stopped_at IS NULL"
HAVE_ARRIVED = """
    INSERT INTO arrivals (practice_id, number, first, place)
    SELECT practice_id, number, place, place FROM (
        SELECT practices.id AS practice_id, revisions.number, row_number() OVER (ORDER BY practices.id) AS place
        FROM practices JOIN revisions ON revisions.practice_id = practices.id
        WHERE practices.visibility = 'public' AND revisions.state = 'published'
    ) AS public_now
"""


def upgrade():
    op.create_table(
        "arrivals",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_arrivals_practice_id_practices")
        ),
        sa.PrimaryKeyConstraint("practice_id", name=op.f("pk_arrivals")),
        sa.UniqueConstraint("place", name=op.f("uq_arrivals_place")),
    )
    op.execute(HAVE_ARRIVED)  # what is public by now is news to nobody
    op.create_table(
        "saved_searches",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("pairs", PLAIN_JSON, nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("rhythm", sa.String(), nullable=False),
        sa.Column("created_at", UTCTime(), nullable=False),
        sa.Column("confirmed_at", UTCTime(), nullable=True),
        sa.Column("stopped_at", UTCTime(), nullable=True),
        sa.Column("last_sent_at", UTCTime(), nullable=True),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column("known", sa.LargeBinary(), nullable=True),
        sa.Column("next_look_at", UTCTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.CheckConstraint("rhythm IN ('at-once', 'daily', 'weekly')", name=op.f("ck_saved_searches_rhythm")),
        sa.CheckConstraint(
            "(user_id IS NULL) <> (address IS NULL)", name=op.f("ck_saved_searches_one_reader")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_saved_searches_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_searches")),
    )
    with op.batch_alter_table("saved_searches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_searches_user_id"), ["user_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_saved_searches_address"), ["address"], unique=False)
        batch_op.create_index(
            "ix_saved_searches_waiting",
            ["next_look_at"],
            unique=False,
            sqlite_where=sa.text(WAITING),
            postgresql_where=sa.text(WAITING),
        )


def downgrade():
    with op.batch_alter_table("saved_searches", schema=None) as batch_op:
        batch_op.drop_index("ix_saved_searches_waiting")
        batch_op.drop_index(batch_op.f("ix_saved_searches_address"))
        batch_op.drop_index(batch_op.f("ix_saved_searches_user_id"))

    op.drop_table("saved_searches")
    op.drop_table("arrivals")
