"""Calls: how each went, turn by turn and leg by leg."""

from __future__ import annotations

import sqlalchemy as sa

from ivr.adapters.sql.tables.base import UtcDateTime, metadata

calls = sa.Table(
    "calls",
    metadata,
    sa.Column("call_sid", sa.String, primary_key=True),
    sa.Column("client", sa.String),
    sa.Column("from_", sa.String, nullable=False),
    sa.Column("to", sa.String, nullable=False),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("flow_version", sa.String, nullable=False),
    sa.Column("turn", sa.Integer, nullable=False),
    sa.Column("path", sa.JSON, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("outcome", sa.String),
    sa.Index("calls_started_at", "started_at"),
    sa.Index("calls_client_started_at", "client", "started_at"),
)

turns = sa.Table(
    "turns",
    metadata,
    sa.Column("call_sid", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("version", sa.String, nullable=False),
    sa.Column("event", sa.String, nullable=False),
    sa.Column("said", sa.Text),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("way", sa.JSON, nullable=False),
)

legs = sa.Table(
    "legs",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("call_sid", sa.String, nullable=False),
    sa.Column("role", sa.String, nullable=False),
    sa.Column("to", sa.String),
    sa.Column("sid", sa.String),
    sa.Column("started_at", UtcDateTime),
    sa.Column("answered_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("how", sa.String),
    sa.Index("legs_call_sid", "call_sid"),
)

call_events = sa.Table(
    "call_events",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("once", sa.String, nullable=False, unique=True),
    sa.Column("call_sid", sa.String, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("what", sa.String, nullable=False),
    sa.Column("who", sa.String),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Index("call_events_call_sid", "call_sid"),
)
