"""facts of cities, each with its year and source

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

from exchange.core.models import PLAIN_JSON

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("cities", sa.Column("facts", PLAIN_JSON, nullable=False, server_default="{}"))


def downgrade():
    op.drop_column("cities", "facts")
