"""The proof that something was deleted. It is written in the transaction that deletes, and says
nothing of any caller."""

from __future__ import annotations

from dataclasses import asdict

import sqlalchemy as sa

from ivr.adapters.sql.tables import purges
from ivr.core.records.purge import Purge, Purged


def note(connection: sa.Connection, purge: Purge) -> None:
    """Keep the proof of a purge that has deleted anything."""
    if purge.count:
        connection.execute(sa.insert(purges).values(asdict(purge)))


def newest(connection: sa.Connection, limit: int) -> list[Purge]:
    query = sa.select(purges).order_by(purges.c.at.desc(), purges.c.id.desc()).limit(limit)
    names = Purge.__slots__
    found = (dict(row) for row in connection.execute(query).mappings())
    return [
        Purge(**{name: row[name] for name in names} | {"kind": Purged(row["kind"])})
        for row in found
    ]
