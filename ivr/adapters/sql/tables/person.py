"""Accounts, their sessions, the audit log, and the statuses of clients' people."""

from __future__ import annotations

import sqlalchemy as sa

from ivr.adapters.sql.tables.base import UtcDateTime, metadata

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("login", sa.String, nullable=False, unique=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("role", sa.String, nullable=False),
    sa.Column("email", sa.String, unique=True),
    sa.Column("operator", sa.String),
    sa.Column("client", sa.String),
    sa.Column("person", sa.String),
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.Column("password", sa.String),
    sa.Column("made_at", UtcDateTime, nullable=False),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("account", sa.String(32), nullable=False),
    sa.Column("begun_at", UtcDateTime, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Index("sessions_account", "account"),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("account", sa.String(32), nullable=False),
    sa.Column("who", sa.String, nullable=False),
    sa.Column("act", sa.String, nullable=False),
    sa.Column("client", sa.String),
    sa.Column("about", sa.String),
    sa.Index("audit_at", "at"),
)

statuses = sa.Table(
    "statuses",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("client", sa.String, nullable=False),
    sa.Column("person", sa.String),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("starts", UtcDateTime, nullable=False),
    sa.Column("ends", UtcDateTime),
    sa.Column("set_at", UtcDateTime, nullable=False),
    sa.Column("set_by", sa.String, nullable=False),
    sa.Column("set_how", sa.String, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("ended_by", sa.String),
    sa.Column("ended_how", sa.String),
    sa.Column("over_at", UtcDateTime),
    sa.Index("statuses_client_set_at", "client", "set_at"),
    sa.Index("statuses_over_at", "over_at"),
)
