"""Calls, messages and the outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("call_sid", sa.String, primary_key=True),
        sa.Column("client", sa.String),
        sa.Column("from_", sa.String, nullable=False),
        sa.Column("to", sa.String, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("flow_version", sa.String, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("path", sa.JSON, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("outcome", sa.String),
    )
    op.create_index("calls_started_at", "calls", ["started_at"])
    op.create_index("calls_client_started_at", "calls", ["client", "started_at"])
    op.create_table(
        "messages",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("recording_sid", sa.String, nullable=False, unique=True),
        sa.Column("call_sid", sa.String, nullable=False),
        sa.Column("client", sa.String, nullable=False),
        sa.Column("caller", sa.String),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("node", sa.String, nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("timezone", sa.String, nullable=False),
        sa.Column("client_name", sa.String, nullable=False),
        sa.Column("recipient_name", sa.String, nullable=False),
        sa.Column("recipient_email", sa.String),
        sa.Column("recording_url", sa.String),
        sa.Column("audio", sa.String),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("reason", sa.String),
        sa.Column("recogniser", sa.String),
        sa.Column("model", sa.String),
        sa.Column("text", sa.Text),
        sa.Column("words", sa.JSON),
    )
    op.create_index("messages_received_at", "messages", ["received_at"])
    op.create_index("messages_client_received_at", "messages", ["client", "received_at"])
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False, unique=True),
        sa.Column("subject", sa.String(32), nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("leased_until", MOMENT),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("first_claimed_at", MOMENT),
        sa.Column("finished_at", MOMENT),
        sa.Column("given_up", sa.Boolean, nullable=False),
        sa.Column("error", sa.Text),
    )
    unfinished = sa.text("finished_at IS NULL")
    op.create_index(
        "outbox_unfinished",
        "outbox",
        ["kind", "due_at"],
        sqlite_where=unfinished,
        postgresql_where=unfinished,
    )


def downgrade() -> None:
    for table in ("outbox", "messages", "calls"):
        op.drop_table(table)
