"""Calls: the snapshot that every turn leaves behind, and how it is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ivr.adapters.sql.programs import domain_events
from ivr.adapters.sql.search import index as search
from ivr.adapters.sql.tables import calls, insert
from ivr.core.records.call_snapshot import CallSnapshot
from ivr.core.records.domain_event import DomainEvent


def note(connection: sa.Connection, snapshots: Iterable[CallSnapshot]) -> None:
    """Keep each of `snapshots`, unless a later turn is known; the first end noted stays."""
    rows = [_to_row(snapshot) for snapshot in snapshots]
    if not rows:
        return
    statement = insert(connection, calls)
    new = statement.excluded
    latest = {
        name: sa.case((new.turn >= calls.c.turn, new[name]), else_=calls.c[name])
        for name in ("client", "from_", "to", "started_at", "flow_version", "turn", "path")
    }
    end = {name: sa.func.coalesce(calls.c[name], new[name]) for name in ("ended_at", "outcome")}
    connection.execute(
        statement.on_conflict_do_update(index_elements=["call_sid"], set_=latest | end), rows
    )
    search.keep_calls(connection, rows)
    _tell_of_ends(connection, [row["call_sid"] for row in rows if row["ended_at"]])


def end(
    connection: sa.Connection, call_sid: str, at: datetime, outcome: str, from_: str, to: str
) -> None:
    """Note the end of a call, of which nothing else may be known."""
    stub = CallSnapshot(
        call_sid=call_sid,
        client=None,
        from_=from_,
        to=to,
        started_at=at,
        flow_version="",
        turn=0,
        ended_at=at,
        outcome=outcome,
    )
    statement = insert(connection, calls).values(**_to_row(stub))
    first_end = {
        name: sa.func.coalesce(calls.c[name], statement.excluded[name])
        for name in ("ended_at", "outcome")
    }
    connection.execute(statement.on_conflict_do_update(index_elements=["call_sid"], set_=first_end))
    search.keep_calls(connection, [_to_row(stub)])
    _tell_of_ends(connection, [call_sid])


def _tell_of_ends(connection: sa.Connection, call_sids: list[str]) -> None:
    """Promise to tell of the ends of calls: whoever says it last, it is told once."""
    if not call_sids or not domain_events.anybody_listens(connection):
        return
    query = sa.select(calls.c.call_sid, calls.c.client, calls.c.ended_at)
    for row in connection.execute(query.where(calls.c.call_sid.in_(call_sids))).all():
        sid, at = row.call_sid, row.ended_at
        domain_events.tell(connection, DomainEvent.CALL_ENDED, row.client, sid, at, call=sid)


def find(connection: sa.Connection, call_sid: str) -> CallSnapshot | None:
    row = connection.execute(sa.select(calls).where(calls.c.call_sid == call_sid)).first()
    return from_row(row) if row else None


def those(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[CallSnapshot]:
    """All calls of which `which` holds."""
    return [from_row(row) for row in connection.execute(sa.select(calls).where(which))]


def newest(
    connection: sa.Connection,
    client: str | None,
    limit: int,
    caller: str | None = None,
    before: datetime | None = None,
    offset: int = 0,
) -> list[CallSnapshot]:
    query = sa.select(calls).order_by(calls.c.started_at.desc(), calls.c.call_sid)
    if client is not None:
        query = query.where(calls.c.client == client)
    if caller is not None:
        query = query.where(calls.c.from_ == caller)
    if before is not None:
        query = query.where(calls.c.started_at < before)
    return [from_row(row) for row in connection.execute(query.limit(limit).offset(offset))]


def _to_row(snapshot: CallSnapshot) -> dict[str, Any]:
    return asdict(snapshot) | {"path": list(snapshot.path)}


def from_row(row: sa.Row[Any]) -> CallSnapshot:
    values = row._asdict()
    return CallSnapshot(**values | {"path": tuple(values["path"])})
