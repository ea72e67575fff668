"""What was erased on request, so that it is not fetched from the carrier again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("erased", sa.Column("digest", sa.String(64), primary_key=True))


def downgrade() -> None:
    op.drop_table("erased")
