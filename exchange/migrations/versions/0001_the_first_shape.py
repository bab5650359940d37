"""the first shape

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

from exchange.core.models import PLAIN_JSON, UTCTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

AUDIT_IS_KEPT = {
    "sqlite": [
        f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit "
        "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        "CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$",
        "CREATE TRIGGER audit_kept BEFORE UPDATE OR DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION audit_is_kept()",
    ],
}


def upgrade():
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("who_hash", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index("ix_attempts_who", ["what", "who_hash", "at"], unique=False)

    op.create_table(
        "cities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("names", PLAIN_JSON, nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("population_year", sa.Integer(), nullable=True),
        sa.Column("population_source", sa.String(), nullable=True),
        sa.Column("languages", PLAIN_JSON, nullable=False),
        sa.Column("about", PLAIN_JSON, nullable=False),
        sa.Column("competences", PLAIN_JSON, nullable=False),
        sa.Column("website", sa.String(), nullable=True),
        sa.Column("is_member", sa.Boolean(), nullable=False),
        sa.Column("member_since", sa.Integer(), nullable=True),
        sa.Column("member_until", sa.Integer(), nullable=True),
        sa.CheckConstraint("lat BETWEEN -90 AND 90", name=op.f("ck_cities_lat")),
        sa.CheckConstraint("lon BETWEEN -180 AND 180", name=op.f("ck_cities_lon")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cities")),
        sa.UniqueConstraint("slug", name=op.f("uq_cities_slug")),
    )
    with op.batch_alter_table("cities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cities_country"), ["country"], unique=False)

    op.create_table(
        "news",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("payload", PLAIN_JSON, nullable=False),
        sa.Column("done_at", UTCTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", UTCTime(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("dead_at", UTCTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news")),
    )
    with op.batch_alter_table("news", schema=None) as batch_op:
        batch_op.create_index(
            "ix_news_waiting",
            ["next_try_at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )

    op.create_table(
        "tags",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_tags")),
    )
    op.create_table(
        "topics",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("names", PLAIN_JSON, nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["topics.id"], name=op.f("fk_topics_parent_id_topics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topics")),
        sa.UniqueConstraint("slug", name=op.f("uq_topics_slug")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("letters", sa.String(), nullable=False),
        sa.Column("created_at", UTCTime(), nullable=False),
        sa.Column("verified_at", UTCTime(), nullable=True),
        sa.Column("suspended_at", UTCTime(), nullable=True),
        sa.Column("left_at", UTCTime(), nullable=True),
        sa.CheckConstraint("letters IN ('all', 'daily', 'must', 'none')", name=op.f("ck_users_letters")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("details", PLAIN_JSON, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_audit_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_subject"), ["subject"], unique=False)

    op.create_table(
        "letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("details", PLAIN_JSON, nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("for_digest", sa.Boolean(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("sent_at", UTCTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", UTCTime(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("failed_at", UTCTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_letters_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("key", name=op.f("uq_letters_key")),
    )
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letters_user_id"), ["user_id"], unique=False)
        batch_op.create_index(
            "ix_letters_waiting",
            ["next_try_at"],
            unique=False,
            sqlite_where=sa.text("sent_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL"),
        )

    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("department", sa.String(), nullable=True),
        sa.Column("requested_at", UTCTime(), nullable=False),
        sa.Column("decided_at", UTCTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('requested', 'approved', 'declined', 'ended')", name=op.f("ck_memberships_state")
        ),
        sa.ForeignKeyConstraint(["city_id"], ["cities.id"], name=op.f("fk_memberships_city_id_cities")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_memberships_decided_by_id_users")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_memberships_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("user_id", "city_id", name=op.f("uq_memberships_user_id")),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memberships_city_id"), ["city_id"], unique=False)

    op.create_table(
        "one_time_links",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=True),
        sa.Column("as_admin", sa.Boolean(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UTCTime(), nullable=False),
        sa.Column("expires_at", UTCTime(), nullable=False),
        sa.Column("used_at", UTCTime(), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('verify', 'sign-in', 'reset', 'invitation')", name=op.f("ck_one_time_links_purpose")
        ),
        sa.ForeignKeyConstraint(["city_id"], ["cities.id"], name=op.f("fk_one_time_links_city_id_cities")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_one_time_links_created_by_id_users")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_one_time_links_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_links")),
    )
    op.create_table(
        "practices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("told_by", sa.String(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("origin_source", sa.String(), nullable=True),
        sa.Column("origin_id", sa.String(), nullable=True),
        sa.Column("origin", PLAIN_JSON, nullable=False),
        sa.Column("created_at", UTCTime(), nullable=False),
        sa.Column("published_at", UTCTime(), nullable=True),
        sa.Column("notice", sa.String(), nullable=True),
        sa.Column("withdrawal_asked", sa.String(), nullable=True),
        sa.CheckConstraint(
            "told_by IN ('city', 'partner', 'award', 'researcher', 'secretariat')",
            name=op.f("ck_practices_told_by"),
        ),
        sa.CheckConstraint(
            "visibility IN ('none', 'public', 'unlisted', 'archived', 'tombstone')",
            name=op.f("ck_practices_visibility"),
        ),
        sa.ForeignKeyConstraint(["city_id"], ["cities.id"], name=op.f("fk_practices_city_id_cities")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practices")),
        sa.UniqueConstraint("origin_source", "origin_id", name=op.f("uq_practices_origin_source")),
        sa.UniqueConstraint("public_id", name=op.f("uq_practices_public_id")),
    )
    with op.batch_alter_table("practices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_practices_city_id"), ["city_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_practices_country"), ["country"], unique=False)
        batch_op.create_index(batch_op.f("ix_practices_published_at"), ["published_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_practices_visibility"), ["visibility"], unique=False)

    op.create_table(
        "role_grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("granted_at", UTCTime(), nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "role IN ('expert', 'moderator', 'coordinator', 'admin')", name=op.f("ck_role_grants_role")
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["users.id"], name=op.f("fk_role_grants_granted_by_id_users")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_role_grants_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grants")),
        sa.UniqueConstraint("user_id", "role", name=op.f("uq_role_grants_user_id")),
    )
    op.create_table(
        "sessions",
        sa.Column("id_hash", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("csrf", sa.String(), nullable=False),
        sa.Column("created_at", UTCTime(), nullable=False),
        sa.Column("expires_at", UTCTime(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id_users")),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_user_id"), ["user_id"], unique=False)

    op.create_table(
        "terms_of_office",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("start", sa.String(), nullable=False),
        sa.Column("end", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint(
            "office IN ('president', 'acting-president', 'co-president', 'regional-vice-president', 'secretary', 'treasurer')",
            name=op.f("ck_terms_of_office_office"),
        ),
        sa.CheckConstraint('"end" IS NULL OR "end" >= start', name=op.f("ck_terms_of_office_order")),
        sa.ForeignKeyConstraint(["city_id"], ["cities.id"], name=op.f("fk_terms_of_office_city_id_cities")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms_of_office")),
    )
    with op.batch_alter_table("terms_of_office", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_terms_of_office_city_id"), ["city_id"], unique=False)

    op.create_table(
        "authors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.CheckConstraint("role IN ('lead', 'co-author', 'viewer')", name=op.f("ck_authors_role")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_authors_practice_id_practices")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_authors_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authors")),
        sa.UniqueConstraint("practice_id", "user_id", name=op.f("uq_authors_practice_id")),
    )
    with op.batch_alter_table("authors", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_authors_user_id"), ["user_id"], unique=False)

    op.create_table(
        "endorsements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("word IN ('confirmed', 'disputed', 'ended')", name=op.f("ck_endorsements_word")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_endorsements_by_id_users")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_endorsements_practice_id_practices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endorsements")),
    )
    with op.batch_alter_table("endorsements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_endorsements_practice_id"), ["practice_id"], unique=False)

    op.create_table(
        "labels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_labels_by_id_users")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_labels_practice_id_practices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labels")),
        sa.UniqueConstraint("practice_id", "kind", name=op.f("uq_labels_practice_id")),
    )
    with op.batch_alter_table("labels", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_labels_practice_id"), ["practice_id"], unique=False)

    op.create_table(
        "media",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('image', 'document')", name=op.f("ck_media_kind")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_media_by_id_users")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_media_practice_id_practices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
    )
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_media_practice_id"), ["practice_id"], unique=False)

    op.create_table(
        "revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("answers", PLAIN_JSON, nullable=False),
        sa.Column("missing", PLAIN_JSON, nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("approved_hash", sa.String(), nullable=True),
        sa.Column("created_at", UTCTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("saved_at", UTCTime(), nullable=False),
        sa.Column("submitted_at", UTCTime(), nullable=True),
        sa.Column("published_at", UTCTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'in_review', 'changes_requested', 'approved', 'published', 'superseded', 'rejected')",
            name=op.f("ck_revisions_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'published') OR coalesce(approved_hash, '') = content_hash",
            name=op.f("ck_revisions_approved_text_is_this_text"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('published', 'superseded') OR number IS NOT NULL", name=op.f("ck_revisions_number")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_revisions_created_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["revisions.id"], name=op.f("fk_revisions_parent_id_revisions")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_revisions_practice_id_practices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
        sa.UniqueConstraint("practice_id", "number", name=op.f("uq_revisions_practice_id")),
    )
    with op.batch_alter_table("revisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_revisions_practice_id"), ["practice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_revisions_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_revisions_public",
            ["practice_id"],
            unique=True,
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )
        batch_op.create_index(
            "uq_revisions_working",
            ["practice_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('draft', 'submitted', 'in_review', 'approved')"),
            postgresql_where=sa.text("state IN ('draft', 'submitted', 'in_review', 'approved')"),
        )

    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", UTCTime(), nullable=False),
        sa.Column("due_at", UTCTime(), nullable=True),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", UTCTime(), nullable=True),
        sa.Column("conflict_note", sa.String(), nullable=False),
        sa.Column("closed_at", UTCTime(), nullable=True),
        sa.Column("evidence_design", sa.String(), nullable=True),
        sa.Column("evidence_independence", sa.String(), nullable=True),
        sa.Column("public_note", sa.String(), nullable=False),
        sa.Column("rubric", PLAIN_JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_reviews_practice_id_practices")
        ),
        sa.ForeignKeyConstraint(["reviewer_id"], ["users.id"], name=op.f("fk_reviews_reviewer_id_users")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("fk_reviews_revision_id_revisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reviews_practice_id"), ["practice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reviews_reviewer_id"), ["reviewer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reviews_revision_id"), ["revision_id"], unique=False)
        batch_op.create_index(
            "uq_reviews_open",
            ["practice_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("blocking", sa.Boolean(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("resolved_at", UTCTime(), nullable=True),
        sa.Column("resolved_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("audience IN ('authors', 'reviewers')", name=op.f("ck_comments_audience")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_comments_by_id_users")),
        sa.ForeignKeyConstraint(
            ["resolved_by_id"], ["users.id"], name=op.f("fk_comments_resolved_by_id_users")
        ),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_comments_review_id_reviews")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("fk_comments_revision_id_revisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comments_review_id"), ["review_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comments_revision_id"), ["revision_id"], unique=False)

    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("gate", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.CheckConstraint("verdict <> 'reject' OR length(reason) > 0", name=op.f("ck_decisions_reason")),
        sa.CheckConstraint(
            "verdict IN ('approve', 'request_changes', 'reject', 'withdraw')",
            name=op.f("ck_decisions_verdict"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_decisions_by_id_users")),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_decisions_review_id_reviews")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("review_id", name=op.f("uq_decisions_review_id")),
    )
    for statement in AUDIT_IS_KEPT[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade():
    op.drop_table("decisions")
    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comments_revision_id"))
        batch_op.drop_index(batch_op.f("ix_comments_review_id"))

    op.drop_table("comments")
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_reviews_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_reviews_revision_id"))
        batch_op.drop_index(batch_op.f("ix_reviews_reviewer_id"))
        batch_op.drop_index(batch_op.f("ix_reviews_practice_id"))

    op.drop_table("reviews")
    with op.batch_alter_table("revisions", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_revisions_working",
            sqlite_where=sa.text("state IN ('draft', 'submitted', 'in_review', 'approved')"),
            postgresql_where=sa.text("state IN ('draft', 'submitted', 'in_review', 'approved')"),
        )
        batch_op.drop_index(
            "uq_revisions_public",
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )
        batch_op.drop_index(batch_op.f("ix_revisions_state"))
        batch_op.drop_index(batch_op.f("ix_revisions_practice_id"))

    op.drop_table("revisions")
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_media_practice_id"))

    op.drop_table("media")
    with op.batch_alter_table("labels", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_labels_practice_id"))

    op.drop_table("labels")
    with op.batch_alter_table("endorsements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_endorsements_practice_id"))

    op.drop_table("endorsements")
    with op.batch_alter_table("authors", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_authors_user_id"))

    op.drop_table("authors")
    with op.batch_alter_table("terms_of_office", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_terms_of_office_city_id"))

    op.drop_table("terms_of_office")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sessions_user_id"))

    op.drop_table("sessions")
    op.drop_table("role_grants")
    with op.batch_alter_table("practices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_practices_visibility"))
        batch_op.drop_index(batch_op.f("ix_practices_published_at"))
        batch_op.drop_index(batch_op.f("ix_practices_country"))
        batch_op.drop_index(batch_op.f("ix_practices_city_id"))

    op.drop_table("practices")
    op.drop_table("one_time_links")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_memberships_city_id"))

    op.drop_table("memberships")
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_letters_waiting",
            sqlite_where=sa.text("sent_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_letters_user_id"))

    op.drop_table("letters")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_subject"))
        batch_op.drop_index(batch_op.f("ix_audit_by_id"))

    op.drop_table("audit")
    op.drop_table("users")
    op.drop_table("topics")
    op.drop_table("tags")
    with op.batch_alter_table("news", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_news_waiting",
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )

    op.drop_table("news")
    with op.batch_alter_table("cities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cities_country"))

    op.drop_table("cities")
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_index("ix_attempts_who")

    op.drop_table("attempts")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_is_kept()")
