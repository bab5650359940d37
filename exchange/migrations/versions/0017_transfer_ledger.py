"""the ledger: transfers, their stages and words, borrowings, conditions that cities ticked

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

from exchange.core.models import PLAIN_JSON, UTCTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

STAGES = "IN ('considering', 'adapting', 'piloting', 'running', 'stopped')"


def key(table, column, target, nullable=True):
    """A column that points to another table, with its foreign key."""
    name = f"fk_{table}_{column}_{target}"
    return sa.Column(column, sa.Integer(), sa.ForeignKey(f"{target}.id", name=name), nullable=nullable)


def upgrade():
    op.add_column("practices", sa.Column("times_taken_up", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "transfers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        key("transfers", "practice_id", "practices", nullable=False),
        key("transfers", "city_id", "cities", nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("start", sa.String(), nullable=True),
        sa.Column("was_used", sa.Boolean(), nullable=False),
        sa.Column("components", PLAIN_JSON, nullable=False),
        sa.Column("cost", PLAIN_JSON, nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("stopped_because", sa.String(), nullable=False),
        sa.Column("sources", PLAIN_JSON, nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.Column("created_at", UTCTime(), nullable=False),
        sa.Column("changed_at", UTCTime(), nullable=False),
        key("transfers", "created_by_id", "users"),
        sa.CheckConstraint(f"stage {STAGES}", name="ck_transfers_stage"),
        sa.CheckConstraint("stage <> 'stopped' OR length(stopped_because) > 0", name="ck_transfers_stopped"),
        sa.PrimaryKeyConstraint("id", name="pk_transfers"),
        sa.UniqueConstraint("public_id", name="uq_transfers_public_id"),
        sa.UniqueConstraint("practice_id", "city_id", name="uq_transfers_practice_id"),
    )
    for column in ("practice_id", "city_id", "stage"):
        op.create_index(f"ix_transfers_{column}", "transfers", [column])
    op.create_table(
        "transfer_stages",
        sa.Column("id", sa.Integer(), nullable=False),
        key("transfer_stages", "transfer_id", "transfers", nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("since", sa.String(), nullable=True),
        sa.Column("at", UTCTime(), nullable=False),
        key("transfer_stages", "by_id", "users"),
        sa.CheckConstraint(f"stage {STAGES}", name="ck_transfer_stages_stage"),
        sa.PrimaryKeyConstraint("id", name="pk_transfer_stages"),
    )
    op.create_index("ix_transfer_stages_transfer_id", "transfer_stages", ["transfer_id"])
    op.create_table(
        "transfer_words",
        sa.Column("id", sa.Integer(), nullable=False),
        key("transfer_words", "transfer_id", "transfers", nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        key("transfer_words", "by_id", "users"),
        sa.CheckConstraint("word IN ('confirmed', 'disputed')", name="ck_transfer_words_word"),
        sa.PrimaryKeyConstraint("id", name="pk_transfer_words"),
    )
    op.create_index("ix_transfer_words_transfer_id", "transfer_words", ["transfer_id"])
    op.create_table(
        "borrowings",
        key("borrowings", "practice_id", "practices", nullable=False),
        key("borrowings", "model_id", "practices", nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "model_id", name="pk_borrowings"),
    )
    op.create_index("ix_borrowings_model_id", "borrowings", ["model_id"])
    op.create_table(
        "condition_ticks",
        sa.Column("id", sa.Integer(), nullable=False),
        key("condition_ticks", "city_id", "cities", nullable=False),
        key("condition_ticks", "practice_id", "practices", nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        key("condition_ticks", "by_id", "users"),
        sa.PrimaryKeyConstraint("id", name="pk_condition_ticks"),
        sa.UniqueConstraint("city_id", "practice_id", "key", name="uq_condition_ticks_city_id"),
    )
    op.create_index("ix_condition_ticks_practice_id", "condition_ticks", ["practice_id"])
    take_borrowings_over()


def take_borrowings_over():
    """What public cases say already that they borrowed."""
    known = dict(op.get_bind().execute(sa.text("SELECT public_id, id FROM practices")).all())
    revisions = sa.table(
        "revisions", sa.column("practice_id"), sa.column("state"), sa.column("answers", PLAIN_JSON)
    )
    told = sa.select(revisions.c.practice_id, revisions.c.answers).where(revisions.c.state == "published")
    pairs = {
        (practice_id, known[row["practice"]])
        for practice_id, answers in op.get_bind().execute(told)
        for row in rows_of(answers)
        if row.get("practice") in known and known[row["practice"]] != practice_id
    }
    borrowings = sa.table("borrowings", sa.column("practice_id"), sa.column("model_id"))
    rows = [{"practice_id": one, "model_id": model} for one, model in sorted(pairs)]
    op.bulk_insert(borrowings, rows)


def rows_of(answers):
    told = answers.get("borrowed_from")
    return [row for row in told if isinstance(row, dict)] if isinstance(told, list) else []


def downgrade():
    for table in ("condition_ticks", "borrowings", "transfer_words", "transfer_stages", "transfers"):
        op.drop_table(table)
    op.drop_column("practices", "times_taken_up")
