"""earlier texts of drafts, invitations, links to look on, notes, guests

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

from exchange.core.models import PLAIN_JSON, UTCTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ROLES_BEFORE = "role IN ('lead', 'co-author', 'viewer')"
ROLES = "role IN ('lead', 'co-author', 'commenter', 'viewer')"


def upgrade():
    change_roles(ROLES, sa.Column("is_guest", sa.Boolean(), nullable=False, server_default=sa.false()))
    lead = sa.text("role = 'lead'")
    op.create_index(
        "uq_authors_lead", "authors", ["practice_id"], unique=True, sqlite_where=lead, postgresql_where=lead
    )
    make_snapshots()
    make_invitations()
    make_shared_links()
    make_notes()


def downgrade():
    for table in ("notes", "shared_links", "invitations", "snapshots"):
        op.drop_table(table)
    op.drop_index("uq_authors_lead", table_name="authors")
    op.execute("UPDATE authors SET role = 'viewer' WHERE role = 'commenter'")
    change_roles(ROLES_BEFORE)


def change_roles(roles, column=None):
    """Another list of roles and, going up, a column more."""
    with op.batch_alter_table("authors") as batch:
        batch.drop_constraint(op.f("ck_authors_role"), type_="check")
        batch.create_check_constraint(op.f("ck_authors_role"), roles)
        if column is not None:
            batch.add_column(column)
        else:
            batch.drop_column("is_guest")


def make_snapshots():
    op.create_table(
        "snapshots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", UTCTime(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("answers", PLAIN_JSON, nullable=False),
        sa.Column("missing", PLAIN_JSON, nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_snapshots_by_id_users")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("fk_snapshots_revision_id_revisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshots")),
    )
    op.create_index(op.f("ix_snapshots_revision_id"), "snapshots", ["revision_id"])


def make_invitations():
    op.create_table(
        "invitations",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", UTCTime(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", UTCTime(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(ROLES, name=op.f("ck_invitations_role")),
        sa.CheckConstraint(
            "answer IS NULL OR answer IN ('accepted', 'declined', 'withdrawn')",
            name=op.f("ck_invitations_answer"),
        ),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_invitations_answered")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_invitations_by_id_users")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_invitations_practice_id_practices")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_invitations_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
    )
    op.create_index(op.f("ix_invitations_practice_id"), "invitations", ["practice_id"])
    op.create_index(op.f("ix_invitations_email"), "invitations", ["email"])
    waiting = sa.text("answered_at IS NULL")
    op.create_index(
        "uq_invitations_open",
        "invitations",
        ["practice_id", "email"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    offered = sa.text("answered_at IS NULL AND role = 'lead'")
    op.create_index(
        "uq_invitations_offer",
        "invitations",
        ["practice_id"],
        unique=True,
        sqlite_where=offered,
        postgresql_where=offered,
    )


def make_shared_links():
    op.create_table(
        "shared_links",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("for_whom", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", UTCTime(), nullable=False),
        sa.Column("ended_at", UTCTime(), nullable=True),
        sa.Column("openings", sa.Integer(), nullable=False),
        sa.Column("opened_at", UTCTime(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_shared_links_by_id_users")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_shared_links_practice_id_practices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_links")),
    )
    op.create_index(op.f("ix_shared_links_practice_id"), "shared_links", ["practice_id"])


def make_notes():
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("done_at", UTCTime(), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_notes_by_id_users")),
        sa.ForeignKeyConstraint(["done_by_id"], ["users.id"], name=op.f("fk_notes_done_by_id_users")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_notes_practice_id_practices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_practice_id"), "notes", ["practice_id"])
