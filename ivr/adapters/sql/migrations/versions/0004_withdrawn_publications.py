"""Planned publications that were withdrawn, when and by whom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("publications") as table:
        table.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True)))
        table.add_column(sa.Column("withdrawn_by", sa.String))


def downgrade() -> None:
    with op.batch_alter_table("publications") as table:
        table.drop_column("withdrawn_by")
        table.drop_column("withdrawn_at")
