"""The proof that something was deleted. It is written in the transaction that deletes, and says
nothing of any caller."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from ivr.adapters.sql.tables import purges


class Purged(StrEnum):
    """What kind of thing was deleted."""

    AUDIO = "audio"
    TRANSCRIPT = "transcript"
    CALLER = "caller"


@dataclass(frozen=True, slots=True, kw_only=True)
class Purge:
    """The proof that `count` things of a client were deleted: those older than `until`, by `rule`
    of `version` of its file, or because `by` was asked to."""

    at: datetime
    client: str | None
    kind: Purged
    count: int
    until: datetime
    rule: str
    version: str
    by: str


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
