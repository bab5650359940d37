"""after the decision: appeals, replies, plans, holds, labels that are given and removed, a searchable audit

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from exchange.core.models import UTCTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ADDED = {
    "reviews": (
        sa.Column("rubric_version", sa.Integer(), nullable=True),
        sa.Column("unproven", sa.String(), nullable=False, server_default=""),
        sa.Column("signed", sa.Boolean(), nullable=False, server_default=sa.false()),
    ),
    "decisions": (
        sa.Column("language", sa.String(), nullable=False, server_default=""),
        sa.Column("role", sa.String(), nullable=False, server_default="moderator"),
    ),
}
RUNNING = "ended_at IS NULL"
EMBARGO = "practice_id IS NOT NULL AND ended_at IS NULL"
STANDING = "removed_at IS NULL"
KINDS = "kind IN ('demonstration', 'featured', 'award', 'expert-reviewed')"


def upgrade():
    for table, columns in ADDED.items():
        for column in columns:
            op.add_column(table, column._copy())
    make_replies()
    make_appeals()
    make_plans()
    make_holds()
    widen_labels()
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
    op.create_index(op.f("ix_audit_act"), "audit", ["act"], unique=False)


def make_replies():
    op.create_table(
        "replies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_replies_by_id_users")),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_replies_review_id_reviews")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
        sa.UniqueConstraint("review_id", name=op.f("uq_replies_review_id")),
    )


def make_appeals():
    op.create_table(
        "appeals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", UTCTime(), nullable=True),
        sa.CheckConstraint("outcome IN ('reopened', 'upheld')", name=op.f("ck_appeals_outcome")),
        sa.CheckConstraint("outcome IS NULL OR length(reason) > 0", name=op.f("ck_appeals_reason")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_appeals_by_id_users")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_appeals_decided_by_id_users")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_appeals_practice_id_practices")
        ),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_appeals_review_id_reviews")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("practice_id", name=op.f("uq_appeals_practice_id")),
    )
    op.create_index(op.f("ix_appeals_review_id"), "appeals", ["review_id"], unique=False)


def make_plans():
    op.create_table(
        "plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("publish_at", UTCTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("ended_at", UTCTime(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_plans_by_id_users")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("fk_plans_revision_id_revisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
    )
    make_index_where("uq_plans_running", "plans", ["revision_id"], RUNNING, unique=True)
    make_index_where("ix_plans_due", "plans", ["publish_at"], RUNNING)


def make_holds():
    op.create_table(
        "holds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=True),
        sa.Column("city_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", UTCTime(), nullable=False),
        sa.Column("ends_at", UTCTime(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("ended_at", UTCTime(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("practice_id IS NULL OR city_id IS NULL", name=op.f("ck_holds_one_scope")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_holds_lasts")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_holds_by_id_users")),
        sa.ForeignKeyConstraint(["city_id"], ["cities.id"], name=op.f("fk_holds_city_id_cities")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["users.id"], name=op.f("fk_holds_ended_by_id_users")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_holds_practice_id_practices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index(op.f("ix_holds_practice_id"), "holds", ["practice_id"], unique=False)
    op.create_index(op.f("ix_holds_city_id"), "holds", ["city_id"], unique=False)
    make_index_where("uq_holds_embargo", "holds", ["practice_id"], EMBARGO, unique=True)


def make_index_where(name, table, columns, where, unique=False):
    op.create_index(
        name, table, columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )


def widen_labels():
    with op.batch_alter_table("labels", schema=None) as batch_op:
        batch_op.add_column(sa.Column("name", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("year", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("removed_at", UTCTime(), nullable=True))
        batch_op.add_column(sa.Column("removed_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("removal_note", sa.String(), nullable=False, server_default=""))
        batch_op.create_foreign_key(
            batch_op.f("fk_labels_removed_by_id_users"), "users", ["removed_by_id"], ["id"]
        )
        batch_op.create_check_constraint(batch_op.f("ck_labels_kind"), KINDS)
        batch_op.drop_constraint(batch_op.f("uq_labels_practice_id"), type_="unique")
    make_index_where("uq_labels_standing", "labels", ["practice_id", "kind", "name"], STANDING, unique=True)


def downgrade():
    op.drop_index(op.f("ix_audit_act"), table_name="audit")
    op.drop_index(op.f("ix_audit_at"), table_name="audit")
    op.drop_index("uq_labels_standing", table_name="labels")
    op.execute("DELETE FROM labels WHERE removed_at IS NOT NULL")
    op.execute("DELETE FROM labels WHERE kind = 'award'")  # there was one of a kind, without a name
    with op.batch_alter_table("labels", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_labels_kind"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_labels_removed_by_id_users"), type_="foreignkey")
        for name in ("name", "year", "removed_at", "removed_by_id", "removal_note"):
            batch_op.drop_column(name)
        batch_op.create_unique_constraint(batch_op.f("uq_labels_practice_id"), ["practice_id", "kind"])
    for table in ("holds", "plans", "appeals", "replies"):
        op.drop_table(table)
    for table, columns in ADDED.items():
        for column in columns:
            op.drop_column(table, column.name)
