"""Versions of client files, when each is live, and who holds which number."""

from __future__ import annotations

import sqlalchemy as sa

from ivr.adapters.sql.tables.base import UtcDateTime, metadata

flow_versions = sa.Table(
    "flow_versions",
    metadata,
    sa.Column("client", sa.String, primary_key=True),
    sa.Column("version", sa.String, primary_key=True),
    sa.Column("texts", sa.JSON, nullable=False),
)

publications = sa.Table(
    "publications",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("client", sa.String, nullable=False),
    sa.Column("version", sa.String, nullable=False),
    sa.Column("live_from", UtcDateTime, nullable=False),
    sa.Column("published_at", UtcDateTime, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("how", sa.String, nullable=False),
    sa.Column("note", sa.String, nullable=False),
    sa.Column("once", sa.String, unique=True),
    sa.Column("withdrawn_at", UtcDateTime),
    sa.Column("withdrawn_by", sa.String),
    sa.Index("publications_client_live_from", "client", "live_from"),
)

number_holders = sa.Table(
    "number_holders",
    metadata,
    sa.Column("number", sa.String, primary_key=True),
    sa.Column("client", sa.String, nullable=False),
    sa.Column("place", sa.String, nullable=False),
    sa.Column("since", UtcDateTime, nullable=False),
)
