"""Programs at the API: their tokens, and answers that are kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "tokens",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("client", sa.String),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("made_by", sa.String, nullable=False),
        sa.Column("expires_at", moment),
        sa.Column("revoked_at", moment),
        sa.Column("seen_at", moment),
    )
    op.create_table(
        "kept_answers",
        sa.Column("token", sa.String(32), primary_key=True),
        sa.Column("key", sa.String(36), primary_key=True),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("made_at", moment, nullable=False),
    )
    op.create_index("kept_answers_made_at", "kept_answers", ["made_at"])


def downgrade() -> None:
    op.drop_table("kept_answers")
    op.drop_table("tokens")
