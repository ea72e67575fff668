"""Recordings of conversations, and every transcript that was made."""

from __future__ import annotations

import sqlalchemy as sa

from ivr.adapters.sql.tables.base import UtcDateTime, metadata

call_recordings = sa.Table(
    "call_recordings",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("recording_sid", sa.String, nullable=False, unique=True),
    sa.Column("conversation", sa.String, nullable=False),
    sa.Column("call_sid", sa.String),
    sa.Column("client", sa.String),
    sa.Column("caller", sa.String),
    sa.Column("language", sa.String, nullable=False),
    sa.Column("began_at", UtcDateTime, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("channels", sa.Integer),
    sa.Column("speakers", sa.JSON, nullable=False),
    sa.Column("recording_url", sa.String),
    sa.Column("audio", sa.String),
    sa.Column("stored_at", UtcDateTime),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("reason", sa.String),
    sa.Column("settled_at", UtcDateTime),
    sa.Column("transcribe", sa.Boolean, nullable=False),
    sa.Column("hearing", sa.JSON(none_as_null=True)),
    sa.Column("recogniser", sa.String),
    sa.Column("model", sa.String),
    sa.Column("version", sa.String),
    sa.Column("text", sa.Text),
    sa.Column("words", sa.JSON(none_as_null=True)),
    sa.Column("stretches", sa.JSON(none_as_null=True)),
    sa.Column("audio_gone_at", UtcDateTime),
    sa.Index("call_recordings_call_sid", "call_sid"),
    sa.Index("call_recordings_client_began_at", "client", "began_at"),
)

# `message` is the id of whatever was transcribed: a message, or a recording of a conversation.
transcripts = sa.Table(
    "transcripts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("message", sa.String(32), nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("recogniser", sa.String, nullable=False),
    sa.Column("model", sa.String, nullable=False),
    sa.Column("version", sa.String, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("words", sa.JSON, nullable=False),
    sa.Index("transcripts_message", "message"),
)
