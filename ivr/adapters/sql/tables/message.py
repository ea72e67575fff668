"""Messages and texts that came in, and what people corrected in them."""

from __future__ import annotations

import sqlalchemy as sa

from ivr.adapters.sql.tables.base import UtcDateTime, metadata

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("recording_sid", sa.String, nullable=False, unique=True),
    sa.Column("call_sid", sa.String, nullable=False),
    sa.Column("client", sa.String, nullable=False),
    sa.Column("caller", sa.String),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("node", sa.String, nullable=False),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("received_at", UtcDateTime, nullable=False),
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
    sa.Column("words", sa.JSON(none_as_null=True)),
    sa.Column("hearing", sa.JSON(none_as_null=True)),
    sa.Column("version", sa.String),
    sa.Column("stretches", sa.JSON(none_as_null=True)),
    sa.Column("number_given", sa.String),
    sa.Column("difference", sa.String),
    sa.Column("reach", sa.JSON(none_as_null=True)),
    sa.Column("delivered_at", UtcDateTime),
    sa.Column("audio_gone_at", UtcDateTime),
    sa.Index("messages_received_at", "received_at"),
    sa.Index("messages_client_received_at", "client", "received_at"),
    sa.Index("messages_call_sid", "call_sid"),
)

corrections = sa.Table(
    "corrections",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("message", sa.String(32), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Index("corrections_message", "message"),
)

texts_received = sa.Table(
    "texts_received",
    metadata,
    sa.Column("message_sid", sa.String, primary_key=True),
    sa.Column("client", sa.String),
    sa.Column("from_", sa.String, nullable=False),
    sa.Column("to", sa.String, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sa.Index("texts_received_at", "received_at"),
)
