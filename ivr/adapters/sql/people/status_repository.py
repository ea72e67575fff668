"""`SqlStatusRepository`: what clients' people say of themselves.

A status is never changed but to be cut short: what was set, by whom, how and until when stays.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ivr.adapters.sql.database import Source, reading, writing
from ivr.adapters.sql.tables import statuses
from ivr.core.availability.standing import StatusKind
from ivr.core.availability.status import How, Status

c = statuses.c


class SqlStatusRepository:
    """The statuses in the records. Every method raises `RecordsUnavailable` where the database
    cannot be used."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def add(self, new: Status) -> None:
        """Keep a new status."""
        with writing(self._source) as connection:
            connection.execute(sa.insert(statuses).values(_row(new)))

    def cut_short(self, ended: Status) -> None:
        """Keep where a status was cut short, by whom and how."""
        row = _row(ended)
        values = {name: row[name] for name in ("ended_at", "ended_by", "ended_how", "over_at")}
        with writing(self._source) as connection:
            connection.execute(sa.update(statuses).where(c.id == ended.id).values(values))

    def ahead(self, client: str, now: datetime) -> tuple[Status, ...]:
        """A client's statuses that hold now or are still to come, the first to begin first."""
        return self._ahead(c.client == client, now)

    def all_ahead(self, now: datetime) -> tuple[Status, ...]:
        """Those of all clients."""
        return self._ahead(sa.true(), now)

    def history(self, client: str, limit: int = 50) -> tuple[Status, ...]:
        """A client's statuses, the last set first."""
        query = sa.select(statuses).where(c.client == client).order_by(c.set_at.desc(), c.id)
        return self._those(query.limit(limit))

    def _ahead(self, whose: sa.ColumnElement[bool], now: datetime) -> tuple[Status, ...]:
        lasts = sa.or_(c.over_at.is_(None), c.over_at > now)
        query = sa.select(statuses).where(whose, lasts).order_by(c.starts, c.set_at, c.id)
        return tuple(each for each in self._those(query) if not each.is_over(now))

    def _those(self, query: sa.Select[Any]) -> tuple[Status, ...]:
        with reading(self._source) as connection:
            return tuple(_status(row) for row in connection.execute(query))


def _row(status: Status) -> dict[str, Any]:
    return asdict(status) | {"over_at": status.until}


def _status(row: sa.Row[Any]) -> Status:
    values = row._asdict()
    del values["over_at"]
    ended_how = values.pop("ended_how")
    return Status(
        **values
        | {
            "kind": StatusKind(values["kind"]),
            "set_how": How(values["set_how"]),
            "ended_how": How(ended_how) if ended_how else None,
        }
    )
