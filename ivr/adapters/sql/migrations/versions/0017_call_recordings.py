"""Recordings of conversations, fetched and turned into words as messages are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "call_recordings",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("recording_sid", sa.String, nullable=False, unique=True),
        sa.Column("conversation", sa.String, nullable=False),
        sa.Column("call_sid", sa.String),
        sa.Column("client", sa.String),
        sa.Column("caller", sa.String),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("began_at", moment, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("channels", sa.Integer),
        sa.Column("speakers", sa.JSON, nullable=False),
        sa.Column("recording_url", sa.String),
        sa.Column("audio", sa.String),
        sa.Column("stored_at", moment),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("reason", sa.String),
        sa.Column("settled_at", moment),
        sa.Column("transcribe", sa.Boolean, nullable=False),
        sa.Column("hearing", sa.JSON(none_as_null=True)),
        sa.Column("recogniser", sa.String),
        sa.Column("model", sa.String),
        sa.Column("version", sa.String),
        sa.Column("text", sa.Text),
        sa.Column("words", sa.JSON(none_as_null=True)),
        sa.Column("stretches", sa.JSON(none_as_null=True)),
        sa.Column("audio_gone_at", moment),
    )
    op.create_index("call_recordings_call_sid", "call_recordings", ["call_sid"])
    op.create_index("call_recordings_client_began_at", "call_recordings", ["client", "began_at"])


def downgrade() -> None:
    op.drop_table("call_recordings")
