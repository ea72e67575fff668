"""What was deleted, and by which rule."""

from __future__ import annotations

import sqlalchemy as sa

from ivr.adapters.sql.tables.base import UtcDateTime, metadata

purges = sa.Table(
    "purges",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("client", sa.String),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("until", UtcDateTime, nullable=False),
    sa.Column("rule", sa.String, nullable=False),
    sa.Column("version", sa.String, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Index("purges_at", "at"),
)

erased = sa.Table("erased", metadata, sa.Column("digest", sa.String(64), primary_key=True))
