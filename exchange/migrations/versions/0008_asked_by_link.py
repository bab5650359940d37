"""clearance, questions to colleagues, the word of the city, freshness

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

from exchange.core.models import PLAIN_JSON, UTCTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

A_YEAR_LATER = {
    "sqlite": "datetime(published_at, '+365 days')",
    "postgresql": "published_at + interval '365 days'",
}


def upgrade():
    asked("clearances", *clearance())
    asked("colleague_asks", *colleague())
    asked("city_notices", *city_notice())
    asked("freshness_asks", *freshness())
    op.create_table("clearance_waivers", *waiver())
    op.create_table("proposals", *proposal())
    op.create_index(op.f("ix_proposals_practice_id"), "proposals", ["practice_id"])
    undecided = sa.text("verdict IS NULL")
    op.create_index(
        "ix_proposals_open",
        "proposals",
        ["practice_id", "field"],
        sqlite_where=undecided,
        postgresql_where=undecided,
    )
    op.create_table("city_replies", *city_reply())
    op.create_index(op.f("ix_city_replies_practice_id"), "city_replies", ["practice_id"])
    with op.batch_alter_table("endorsements") as table:
        table.alter_column("by_id", existing_type=sa.Integer(), nullable=True)
    for name in ("confirmed_at", "confirm_by", "silent_since"):
        op.add_column("practices", sa.Column(name, UTCTime(), nullable=True))
    op.create_index(op.f("ix_practices_confirm_by"), "practices", ["confirm_by"])
    due = A_YEAR_LATER[op.get_bind().dialect.name]
    op.execute(
        f"UPDATE practices SET confirm_by = (SELECT {due} FROM revisions "
        "WHERE revisions.practice_id = practices.id AND revisions.state = 'published')"
    )


def downgrade():
    op.drop_index(op.f("ix_practices_confirm_by"), table_name="practices")
    for name in ("confirmed_at", "confirm_by", "silent_since"):
        op.drop_column("practices", name)
    op.execute("DELETE FROM endorsements WHERE by_id IS NULL")
    with op.batch_alter_table("endorsements") as table:
        table.alter_column("by_id", existing_type=sa.Integer(), nullable=False)
    for name in ("city_replies", "proposals"):
        op.drop_table(name)
    for name in ("clearance_waivers", "freshness_asks", "city_notices", "colleague_asks", "clearances"):
        op.drop_table(name)


def asked(name, *more):
    """A table of people who are asked by a link."""
    op.create_table(
        name,
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", UTCTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        *(
            sa.Column(moment, UTCTime(), nullable=True)
            for moment in ("asked_at", "expires_at", "reminded_at", "answered_at", "ended_at")
        ),
        *more,
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f(f"fk_{name}_practice_id_practices")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f(f"fk_{name}_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_practice_id"), name, ["practice_id"])


def clearance():
    return (
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("text_hash", sa.String(), nullable=True),
        sa.Column("text", PLAIN_JSON, nullable=False),
        sa.Column("objections", PLAIN_JSON, nullable=False),
        sa.CheckConstraint(
            "role IN ('department', 'press', 'mayor', 'other')", name=op.f("ck_clearances_role")
        ),
        sa.CheckConstraint("verdict IN ('cleared', 'objected')", name=op.f("ck_clearances_verdict")),
        sa.CheckConstraint("(verdict IS NULL) = (answered_at IS NULL)", name=op.f("ck_clearances_answered")),
    )


def colleague():
    return (
        sa.Column("fields", PLAIN_JSON, nullable=False),
        sa.Column("question", sa.String(), nullable=False),
    )


def city_notice():
    return (
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("word", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "word IN ('confirmed', 'disputed', 'taken-over')", name=op.f("ck_city_notices_word")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_city_notices_user_id_users")),
        sa.UniqueConstraint("practice_id", "address", name=op.f("uq_city_notices_practice_id")),
    )


def freshness():
    return (
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("due_at", UTCTime(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.CheckConstraint(
            "answer IN ('running', 'changed', 'ended', 'contact', 'handed-over')",
            name=op.f("ck_freshness_asks_answer"),
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_freshness_asks_answered")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_freshness_asks_user_id_users")),
        sa.UniqueConstraint("practice_id", "due_at", "address", name=op.f("uq_freshness_asks_practice_id")),
    )


def waiver():
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("text_hash", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_clearance_waivers_practice_id_practices")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_clearance_waivers_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clearance_waivers")),
        sa.UniqueConstraint("practice_id", "text_hash", name=op.f("uq_clearance_waivers_practice_id")),
    )


def proposal():
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("ask_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("base", sa.String(), nullable=False),
        sa.Column("told", PLAIN_JSON, nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("decided_at", UTCTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("verdict IN ('taken', 'dismissed')", name=op.f("ck_proposals_verdict")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_proposals_practice_id_practices")
        ),
        sa.ForeignKeyConstraint(
            ["ask_id"], ["colleague_asks.id"], name=op.f("fk_proposals_ask_id_colleague_asks")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_proposals_decided_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )


def city_reply():
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("hidden_at", UTCTime(), nullable=True),
        sa.Column("hidden_by_id", sa.Integer(), nullable=True),
        sa.Column("hidden_reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(hidden_at IS NULL) = (hidden_reason = '')", name=op.f("ck_city_replies_hidden_for_a_reason")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_city_replies_practice_id_practices")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_city_replies_by_id_users")),
        sa.ForeignKeyConstraint(
            ["hidden_by_id"], ["users.id"], name=op.f("fk_city_replies_hidden_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_city_replies")),
    )
