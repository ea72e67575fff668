"""The outbox, and what was sent to whom."""

from __future__ import annotations

import sqlalchemy as sa

from ivr.adapters.sql.tables.base import UtcDateTime, metadata

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("key", sa.String, nullable=False, unique=True),
    sa.Column("subject", sa.String(32), nullable=False),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("leased_until", UtcDateTime),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("first_claimed_at", UtcDateTime),
    sa.Column("finished_at", UtcDateTime),
    sa.Column("given_up", sa.Boolean, nullable=False),
    sa.Column("error", sa.Text),
    sa.Index("outbox_subject", "subject"),
    sa.Index(
        "outbox_unfinished",
        "kind",
        "due_at",
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    ),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("key", sa.String, nullable=False, unique=True),
    sa.Column("promise", sa.String, nullable=False),
    sa.Column("client", sa.String, nullable=False),
    sa.Column("message", sa.String(32)),
    sa.Column("job", sa.String(32)),
    sa.Column("about", sa.String, nullable=False),
    sa.Column("recipient", sa.String, nullable=False),
    sa.Column("channel", sa.String, nullable=False),
    sa.Column("address", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("began_at", UtcDateTime, nullable=False),
    sa.Column("again_at", UtcDateTime),
    sa.Column("sent_at", UtcDateTime),
    sa.Column("arrived_at", UtcDateTime),
    sa.Column("provider_id", sa.String),
    sa.Column("digest", sa.String),
    sa.Column("error", sa.Text),
    sa.Column("error_code", sa.Integer),
    sa.Column("acknowledged_at", UtcDateTime),
    sa.Column("acknowledged_by", sa.String),
    sa.Column("acknowledged_how", sa.String),
    sa.Index("deliveries_promise", "promise"),
    sa.Index("deliveries_message", "message"),
    sa.Index("deliveries_job", "job"),
    sa.Index("deliveries_digest", "digest"),
    sa.Index("deliveries_provider_id", "provider_id"),
    sa.Index("deliveries_address_sent_at", "address", "sent_at"),
    sa.Index("deliveries_state_sent_at", "state", "sent_at"),
)
