"""Versions of flows, and which of them was made live when, and by whom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "flow_versions",
        sa.Column("client", sa.String, primary_key=True),
        sa.Column("version", sa.String, primary_key=True),
        sa.Column("texts", sa.JSON, nullable=False),
    )
    op.create_table(
        "publications",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("client", sa.String, nullable=False),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("live_from", MOMENT, nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("how", sa.String, nullable=False),
        sa.Column("note", sa.String, nullable=False),
        sa.Column("once", sa.String, unique=True),
    )
    op.create_index("publications_client_live_from", "publications", ["client", "live_from"])


def downgrade() -> None:
    op.drop_table("publications")
    op.drop_table("flow_versions")
