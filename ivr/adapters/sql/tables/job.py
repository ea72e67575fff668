"""Jobs, every act on them, and the operators' unsent forms."""

from __future__ import annotations

import sqlalchemy as sa

from ivr.adapters.sql.tables.base import UtcDateTime, metadata

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("client", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("summary", sa.String, nullable=False),
    sa.Column("caller", sa.String),
    sa.Column("call_sid", sa.String),
    sa.Column("message", sa.String(32), unique=True),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("opened_by", sa.String, nullable=False),
    sa.Column("owner_kind", sa.String, nullable=False),
    sa.Column("owner", sa.String, nullable=False),
    sa.Column("owner_name", sa.String, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("terms", sa.JSON, nullable=False),
    sa.Column("line", sa.JSON, nullable=False),
    sa.Column("acted_at", UtcDateTime, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("before", sa.JSON(none_as_null=True)),
    sa.Column("rests_until", UtcDateTime),
    sa.Column("snoozed_until", UtcDateTime),
    sa.Column("reminded", sa.Boolean, nullable=False),
    sa.Column("alarmed", sa.Boolean, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("outcome", sa.String),
    sa.Column("reason", sa.Text),
    sa.Column("closed_at", UtcDateTime),
    sa.Column("rises_at", UtcDateTime),
    sa.Column("read_at", UtcDateTime),
    sa.Column("read_by", sa.String),
    sa.CheckConstraint("owner_kind <> '' AND owner <> '' AND owner_name <> ''", "jobs_owned"),
    sa.Index("jobs_state_due_at", "state", "due_at"),
    sa.Index("jobs_client_state", "client", "state"),
    sa.Index("jobs_rises_at", "rises_at"),
)

job_acts = sa.Table(
    "job_acts",
    metadata,
    sa.Column("job", sa.String(32), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("act", sa.JSON, nullable=False),
    sa.Column("owner_kind", sa.String, nullable=False),
    sa.Column("owner", sa.String, nullable=False),
    sa.Column("owner_name", sa.String, nullable=False),
)

drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("call_sid", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("client", sa.String, nullable=False),
    sa.Column("flow_version", sa.String, nullable=False),
    sa.Column("operator", sa.String, nullable=False),
    sa.Column("caller", sa.String),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("outcome", sa.String, nullable=False),
    sa.Column("began_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Column("closed_at", UtcDateTime),
    sa.Index("drafts_operator_began_at", "operator", "began_at"),
)
