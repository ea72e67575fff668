"""What operators write down during a call, while they write it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "drafts",
        sa.Column("call_sid", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("client", sa.String, nullable=False),
        sa.Column("flow_version", sa.String, nullable=False),
        sa.Column("operator", sa.String, nullable=False),
        sa.Column("caller", sa.String),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("began_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("closed_at", moment),
    )
    op.create_index("drafts_operator_began_at", "drafts", ["operator", "began_at"])


def downgrade() -> None:
    op.drop_table("drafts")
