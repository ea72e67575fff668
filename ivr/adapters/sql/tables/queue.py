"""Visits to the operator queue, its offers, the operators' states, and call backs."""

from __future__ import annotations

import sqlalchemy as sa

from ivr.adapters.sql.tables.base import UtcDateTime, metadata

queue_visits = sa.Table(
    "queue_visits",
    metadata,
    sa.Column("call_sid", sa.String, primary_key=True),
    sa.Column("joined_at", UtcDateTime, primary_key=True),
    sa.Column("client", sa.String),
    sa.Column("priority", sa.Integer),
    sa.Column("callback", sa.Boolean),
    sa.Column("left_at", UtcDateTime),
    sa.Column("how", sa.String),
    sa.Index("queue_visits_joined_at", "joined_at"),
)

queue_offers = sa.Table(
    "queue_offers",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("call_sid", sa.String, nullable=False),
    sa.Column("joined_at", UtcDateTime, nullable=False),
    sa.Column("operator", sa.String, nullable=False),
    sa.Column("offered_at", UtcDateTime),
    sa.Column("answered_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("how", sa.String),
    sa.Index("queue_offers_joined_at", "joined_at"),
)

operator_states = sa.Table(
    "operator_states",
    metadata,
    sa.Column("operator", sa.String, primary_key=True),
    sa.Column("since", UtcDateTime, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("reason", sa.String),
    sa.Index("operator_states_since", "since"),
)

callbacks = sa.Table(
    "callbacks",
    metadata,
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
    sa.Column("asked_at", UtcDateTime, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("reached_at", UtcDateTime),
    sa.Column("reached_call", sa.String),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("reason", sa.String),
    sa.Column("conversation", sa.String, nullable=False, server_default=""),
    sa.Column("counted", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("job", sa.String),
    sa.Column("rung_by", sa.String),
    sa.Index(
        "callbacks_waiting",
        "client",
        "number",
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    ),
    sa.Index("callbacks_asked_at", "asked_at"),
)
