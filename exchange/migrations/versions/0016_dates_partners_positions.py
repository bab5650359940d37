"""texts that a moderator reads first; events, news, partners, positions

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

from exchange.core.models import PLAIN_JSON, UTCTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def key(table, column, target, nullable=True, **more):
    """A column that points to another table, with its foreign key."""
    name = f"fk_{table}_{column}_{target}"
    return sa.Column(
        column, sa.Integer(), sa.ForeignKey(f"{target}.id", name=name), nullable=nullable, **more
    )


def upgrade():
    make_vetted_texts()
    make_dates()
    make_partners()
    make_positions()
    op.create_table(
        "network_topics",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("thing", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "thing", "topic", name="pk_network_topics"),
    )
    op.create_index("ix_network_topics_topic", "network_topics", ["topic"])


def make_thing(table, *columns):
    """A table of things whose text a moderator reads first, with columns of its own."""
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("content", PLAIN_JSON, nullable=False),
        key(table, "by_id", "users"),
        sa.Column("made_at", UTCTime(), nullable=False),
        sa.Column("published_at", UTCTime(), nullable=True),
        sa.Column("changed_at", UTCTime(), nullable=True),
        sa.Column("is_hidden", sa.Boolean(), nullable=False),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("public_id", name=f"uq_{table}_public_id"),
    )
    for column in ("by_id", "published_at"):
        op.create_index(f"ix_{table}_{column}", table, [column])


def make_dates():
    make_thing(
        "events",
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("starts_at", UTCTime(), nullable=True),
        sa.Column("over_at", UTCTime(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        key("events", "city_id", "cities"),
        sa.UniqueConstraint("uid", name="uq_events_uid"),
        sa.CheckConstraint(
            "published_at IS NULL OR (starts_at IS NOT NULL AND over_at IS NOT NULL)",
            name="ck_events_moments",
        ),
        sa.CheckConstraint("over_at >= starts_at", name="ck_events_order"),
    )
    for column in ("starts_at", "over_at", "city_id"):
        op.create_index(f"ix_events_{column}", "events", [column])
    op.create_table(
        "event_files",
        sa.Column("id", sa.String(), nullable=False),
        key("event_files", "event_id", "events", nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        key("event_files", "by_id", "users"),
        sa.PrimaryKeyConstraint("id", name="pk_event_files"),
    )
    op.create_index("ix_event_files_event_id", "event_files", ["event_id"])
    make_thing(
        "news_items", sa.Column("day", sa.String(), nullable=True), key("news_items", "city_id", "cities")
    )
    for column in ("day", "city_id"):
        op.create_index(f"ix_news_items_{column}", "news_items", [column])


def make_partners():
    make_thing("partners", sa.Column("name", sa.String(), nullable=False))
    op.create_index("ix_partners_name", "partners", ["name"])
    op.create_table(
        "partner_editors",
        sa.Column("id", sa.Integer(), nullable=False),
        key("partner_editors", "partner_id", "partners", nullable=False),
        key("partner_editors", "user_id", "users", nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        key("partner_editors", "by_id", "users"),
        sa.Column("ended_at", UTCTime(), nullable=True),
        key("partner_editors", "ended_by_id", "users"),
        sa.CheckConstraint("(ended_at IS NULL) OR (ended_at >= at)", name="ck_partner_editors_order"),
        sa.PrimaryKeyConstraint("id", name="pk_partner_editors"),
    )
    for column in ("partner_id", "user_id"):
        op.create_index(f"ix_partner_editors_{column}", "partner_editors", [column])
    make_unique("uq_partner_editors_now", "partner_editors", ["partner_id", "user_id"], "ended_at IS NULL")


def make_positions():
    make_thing(
        "positions",
        sa.Column("day", sa.String(), nullable=True),
        sa.Column("words_hash", sa.String(), nullable=False),
    )
    op.create_index("ix_positions_day", "positions", ["day"])
    op.create_table(
        "signatures",
        sa.Column("id", sa.Integer(), nullable=False),
        key("signatures", "position_id", "positions", nullable=False),
        key("signatures", "city_id", "cities", nullable=False),
        sa.Column("words_hash", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        key("signatures", "by_id", "users"),
        sa.Column("withdrawn_at", UTCTime(), nullable=True),
        key("signatures", "withdrawn_by_id", "users"),
        sa.CheckConstraint("withdrawn_at IS NULL OR withdrawn_at >= at", name="ck_signatures_order"),
        sa.PrimaryKeyConstraint("id", name="pk_signatures"),
    )
    for column in ("position_id", "city_id"):
        op.create_index(f"ix_signatures_{column}", "signatures", [column])
    make_unique("uq_signatures_standing", "signatures", ["position_id", "city_id"], "withdrawn_at IS NULL")


def make_unique(name, table, columns, where):
    """At most one row that fulfils a condition."""
    where = sa.text(where)
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)


def make_vetted_texts():
    op.create_table(
        "vetted_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("thing", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("content", PLAIN_JSON, nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("hands", PLAIN_JSON, nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        key("vetted_texts", "by_id", "users", nullable=False),
        sa.Column("decided_at", UTCTime(), nullable=True),
        key("vetted_texts", "decided_by_id", "users"),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state IN ('proposed', 'public', 'superseded', 'declined', 'taken-back', 'hidden')",
            name="ck_vetted_texts_state",
        ),
        sa.CheckConstraint(
            "NOT state IN ('public', 'superseded', 'declined') OR decided_by_id IS NOT NULL",
            name="ck_vetted_texts_decided",
        ),
        sa.CheckConstraint("state <> 'declined' OR length(reason) > 0", name="ck_vetted_texts_reason"),
        sa.PrimaryKeyConstraint("id", name="pk_vetted_texts"),
    )
    op.create_index("ix_vetted_texts_by_id", "vetted_texts", ["by_id"])
    op.create_index("ix_vetted_texts_thing", "vetted_texts", ["kind", "thing"])
    for name, state in (("open", "proposed"), ("public", "public")):
        make_unique(f"uq_vetted_texts_{name}", "vetted_texts", ["kind", "thing"], f"state = '{state}'")


def downgrade():
    for table in (
        "network_topics",
        "signatures",
        "positions",
        "partner_editors",
        "partners",
        "news_items",
        "event_files",
        "events",
        "vetted_texts",
    ):
        op.drop_table(table)
