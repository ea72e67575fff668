"""The timeline of calls: their turns, their legs, and what happened between turns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "turns",
        sa.Column("call_sid", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", moment, nullable=False),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("event", sa.String, nullable=False),
        sa.Column("said", sa.Text),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("way", sa.JSON, nullable=False),
    )
    op.create_table(
        "legs",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("call_sid", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("to", sa.String),
        sa.Column("sid", sa.String),
        sa.Column("started_at", moment),
        sa.Column("answered_at", moment),
        sa.Column("ended_at", moment),
        sa.Column("how", sa.String),
    )
    op.create_index("legs_call_sid", "legs", ["call_sid"])
    op.create_table(
        "call_events",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("once", sa.String, nullable=False, unique=True),
        sa.Column("call_sid", sa.String, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("who", sa.String),
        sa.Column("facts", sa.JSON, nullable=False),
    )
    op.create_index("call_events_call_sid", "call_events", ["call_sid"])
    op.create_index("messages_call_sid", "messages", ["call_sid"])


def downgrade() -> None:
    op.drop_index("messages_call_sid", "messages")
    for table in ("call_events", "legs", "turns"):
        op.drop_table(table)
