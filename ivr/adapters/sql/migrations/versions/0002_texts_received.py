"""Texts that have come in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "texts_received",
        sa.Column("message_sid", sa.String, primary_key=True),
        sa.Column("client", sa.String),
        sa.Column("from_", sa.String, nullable=False),
        sa.Column("to", sa.String, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("texts_received_at", "texts_received", ["received_at"])


def downgrade() -> None:
    op.drop_table("texts_received")
