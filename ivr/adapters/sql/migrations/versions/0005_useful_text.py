"""How recordings are to be heard, what was written of them, and every transcript there was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("messages") as table:
        table.add_column(sa.Column("hearing", sa.JSON))
        table.add_column(sa.Column("version", sa.String))
        table.add_column(sa.Column("stretches", sa.JSON))
        table.add_column(sa.Column("number_given", sa.String))
        table.add_column(sa.Column("difference", sa.String))
    op.create_table(
        "transcripts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("message", sa.String(32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recogniser", sa.String, nullable=False),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("words", sa.JSON, nullable=False),
    )
    op.create_index("transcripts_message", "transcripts", ["message"])


def downgrade() -> None:
    op.drop_table("transcripts")
    with op.batch_alter_table("messages") as table:
        for name in ("difference", "number_given", "stretches", "version", "hearing"):
            table.drop_column(name)
