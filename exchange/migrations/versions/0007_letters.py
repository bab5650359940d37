"""letters come back; addresses are paused and changed

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from exchange.core.models import PLAIN_JSON, UTCTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

PURPOSE = "ck_one_time_links_purpose"
BEFORE = "purpose IN ('verify', 'sign-in', 'reset', 'invitation')"
AFTER = "purpose IN ('verify', 'sign-in', 'reset', 'invitation', 'address')"


def upgrade():
    op.add_column("users", sa.Column("mail_paused_at", UTCTime(), nullable=True))
    purposes(AFTER)
    op.add_column("letters", sa.Column("subject", sa.String(), nullable=True))
    op.add_column("letters", sa.Column("bounced_at", UTCTime(), nullable=True))
    no = sa.false()
    op.add_column("letters", sa.Column("bounced_for_good", sa.Boolean(), nullable=False, server_default=no))
    with op.batch_alter_table("letters") as batch:
        batch.create_index(batch.f("ix_letters_address"), ["address"])
        batch.create_index(batch.f("ix_letters_message_id"), ["message_id"])
    remember_subjects()


def remember_subjects():
    letters = sa.table(
        "letters",
        sa.column("id", sa.Integer),
        sa.column("details", PLAIN_JSON),
        sa.column("subject", sa.String),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(letters.c.id, letters.c.details)).all():
        if subject := (row.details or {}).get("subject"):
            connection.execute(letters.update().where(letters.c.id == row.id).values(subject=subject))


def downgrade():
    op.execute("DELETE FROM letters WHERE kind = 'address-changed'")
    op.execute("DELETE FROM one_time_links WHERE purpose = 'address'")
    with op.batch_alter_table("letters") as batch:
        batch.drop_index(batch.f("ix_letters_message_id"))
        batch.drop_index(batch.f("ix_letters_address"))
    for name in ("bounced_for_good", "bounced_at", "subject"):
        op.drop_column("letters", name)
    purposes(BEFORE)
    op.drop_column("users", "mail_paused_at")


def purposes(rule):
    with op.batch_alter_table("one_time_links") as batch:
        batch.drop_constraint(op.f(PURPOSE), type_="check")
        batch.create_check_constraint(op.f(PURPOSE), rule)
