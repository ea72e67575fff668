"""All that is kept of one caller, as rows: for whoever asks what is kept of them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ivr.adapters.sql.tables import (
    call_events,
    call_recordings,
    callbacks,
    calls,
    corrections,
    deliveries,
    drafts,
    job_acts,
    jobs,
    legs,
    messages,
    outbox,
    queue_offers,
    queue_visits,
    texts_received,
    transcripts,
    turns,
)
from ivr.core.records.retention import Traces

OUR_OWN = frozenset({"hearing", "ticket", "key", "leased_until"})
"""Columns that say nothing of the caller, but how we work."""


def of_caller(connection: sa.Connection, traces: Traces) -> dict[str, list[dict[str, Any]]]:
    """The rows of every table that are about the caller."""
    heard = (*traces.messages, *traces.recordings)
    subjects = (*heard, *traces.jobs)
    which: dict[sa.Column[Any], tuple[Any, ...]] = {
        calls.c.call_sid: traces.calls,
        turns.c.call_sid: traces.with_call_backs,
        legs.c.call_sid: traces.with_call_backs,
        call_events.c.call_sid: traces.with_call_backs,
        queue_visits.c.call_sid: traces.with_call_backs,
        queue_offers.c.call_sid: traces.with_call_backs,
        drafts.c.call_sid: traces.with_call_backs,
        messages.c.id: traces.messages,
        call_recordings.c.id: traces.recordings,
        transcripts.c.message: heard,
        corrections.c.message: traces.messages,
        deliveries.c.message: traces.messages,
        texts_received.c.message_sid: traces.texts,
        jobs.c.id: traces.jobs,
        job_acts.c.job: traces.jobs,
        callbacks.c.id: traces.callbacks,
    }
    found = {column.table.name: _rows(connection, column, keys) for column, keys in which.items()}
    sent = sa.or_(outbox.c.id.in_(traces.sent), outbox.c.subject.in_(subjects))
    found["sent"] = _named(connection, sa.select(outbox).where(sent))
    return found


def _rows(
    connection: sa.Connection, column: sa.Column[Any], keys: tuple[Any, ...]
) -> list[dict[str, Any]]:
    return _named(connection, sa.select(column.table).where(column.in_(keys)))


def _named(connection: sa.Connection, query: sa.Select[Any]) -> list[dict[str, Any]]:
    rows = connection.execute(query).mappings()
    return [{name: row[name] for name in row if name not in OUR_OWN} for row in rows]
