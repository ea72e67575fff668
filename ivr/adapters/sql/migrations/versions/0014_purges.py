"""What was deleted when its time was over or somebody asked for it: the proof that stays."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "purges",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", moment, nullable=False),
        sa.Column("client", sa.String),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("until", moment, nullable=False),
        sa.Column("rule", sa.String, nullable=False),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("by", sa.String, nullable=False),
    )
    op.create_index("purges_at", "purges", ["at"])
    with op.batch_alter_table("messages") as table:
        table.add_column(sa.Column("audio_gone_at", moment))


def downgrade() -> None:
    with op.batch_alter_table("messages") as table:
        table.drop_column("audio_gone_at")
    op.drop_table("purges")
