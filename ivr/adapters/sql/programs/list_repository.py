"""`SqlListRepository`: calls, messages and jobs as lists that are read on from a place.

The newest first. A place is the moment and the id of the last one that was read, so that what comes
in meanwhile neither repeats nor hides anything of the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from ivr.adapters.sql.calls import snapshots as call_rows
from ivr.adapters.sql.database import Source, reading
from ivr.adapters.sql.jobs import rows as job_rows
from ivr.adapters.sql.messages import queries as message_queries
from ivr.adapters.sql.tables import calls, jobs, messages
from ivr.core.jobs.job import Job
from ivr.core.records.call_snapshot import CallSnapshot
from ivr.core.records.lists import Cursor, JobNarrow, MessageNarrow, Narrow
from ivr.core.records.message import Message


class SqlListRepository:
    """Lists of what is in the records. Every method raises `RecordsUnavailable` where the
    database cannot be used."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def calls(self, narrow: Narrow, after: Cursor | None, limit: int) -> list[CallSnapshot]:
        """Calls by when they began."""
        c = calls.c
        query = sa.select(calls).where(*_common(narrow, c.client, c.started_at))
        query = _page(query, c.started_at, c.call_sid, after, limit)
        with reading(self._source) as connection:
            return [call_rows.from_row(row) for row in connection.execute(query)]

    def messages(self, narrow: MessageNarrow, after: Cursor | None, limit: int) -> list[Message]:
        """Messages by when they came."""
        c = messages.c
        query = message_queries.selection().where(*_common(narrow, c.client, c.received_at))
        for column, value in ((c.state, narrow.state), (c.kind, narrow.kind)):
            if value is not None:
                query = query.where(column == value)
        query = _page(query, c.received_at, c.id, after, limit)
        with reading(self._source) as connection:
            return [message_queries.from_row(row) for row in connection.execute(query)]

    def jobs(self, narrow: JobNarrow, after: Cursor | None, limit: int) -> list[Job]:
        """Jobs by when they were opened."""
        c = jobs.c
        query = sa.select(jobs).where(*_common(narrow, c.client, c.opened_at), *_of_jobs(narrow))
        query = _page(query, c.opened_at, c.id, after, limit)
        with reading(self._source) as connection:
            return [job_rows.from_row(row) for row in connection.execute(query)]


def _common(
    narrow: Narrow, client: sa.ColumnElement[Any], at: sa.ColumnElement[Any]
) -> Iterator[sa.ColumnElement[bool]]:
    yield sa.true()
    for whose in (narrow.own, narrow.client):
        if whose is not None:
            yield client == whose
    if narrow.since is not None:
        yield at >= narrow.since
    if narrow.until is not None:
        yield at < narrow.until


def _of_jobs(narrow: JobNarrow) -> Iterator[sa.ColumnElement[bool]]:
    c = jobs.c
    for column, value in ((c.state, narrow.state), (c.kind, narrow.kind)):
        if value is not None:
            yield column == value
    if narrow.owner is not None:
        kind, _, owner = narrow.owner.partition(":")
        yield sa.and_(c.owner_kind == kind, c.owner == owner)
    if narrow.due_before is not None:
        yield c.due_at < narrow.due_before


def _page(
    query: sa.Select[Any],
    at: sa.ColumnElement[Any],
    key: sa.ColumnElement[Any],
    after: Cursor | None,
    limit: int,
) -> sa.Select[Any]:
    if after is not None:
        query = query.where(sa.or_(at < after.at, sa.and_(at == after.at, key > after.id)))
    return query.order_by(at.desc(), key).limit(limit)
