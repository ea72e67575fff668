"""Call backs: each a promise, from the moment when the caller has pressed the key."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "callbacks",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("client", sa.String, nullable=False),
        sa.Column("call_sid", sa.String, nullable=False),
        sa.Column("node", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("shown", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("ticket", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("after", sa.Integer, nullable=False),
        sa.Column("hours", sa.JSON(none_as_null=True)),
        sa.Column("timezone", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("reached_at", moment),
        sa.Column("reached_call", sa.String),
        sa.Column("ended_at", moment),
        sa.Column("reason", sa.String),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "callbacks_waiting",
        "callbacks",
        ["client", "number"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_index("callbacks_asked_at", "callbacks", ["asked_at"])


def downgrade() -> None:
    op.drop_table("callbacks")
