"""What is deleted because its time is over or somebody asked for it.

Each function works in the transaction of the connection it is given, on at most as many things as
it is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ivr.adapters.sql import outbox as promises
from ivr.adapters.sql.search import index as search
from ivr.adapters.sql.search.index import DocumentKind
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
from ivr.core.jobs.job import JobState
from ivr.core.records.outbox import OutboxKind
from ivr.core.records.retention import Traces


@dataclass(frozen=True, slots=True)
class RecordingFile:
    """A recording by its id: its path below the recordings folder, None where there is none."""

    recording: str
    path: str | None


Where = sa.ColumnElement[bool]

RECORDED = ((messages, messages.c.received_at), (call_recordings, call_recordings.c.began_at))
"""What has recordings and words, and the time from which on they are kept."""


def old_audio(
    connection: sa.Connection, client: str | None, until: datetime, limit: int
) -> list[RecordingFile]:
    """Recordings of a client from before `until`, here or at the carrier, not yet deleted."""
    found: list[RecordingFile] = []
    for table, at in RECORDED:
        c = table.c
        over = sa.and_(_of_client(c.client, client), at < until, c.audio_gone_at.is_(None))
        query = sa.select(c.id, c.audio).where(over).limit(limit - len(found))
        found += [RecordingFile(row.id, row.audio) for row in connection.execute(query)]
    return found


def audio_gone(connection: sa.Connection, found: Sequence[RecordingFile], now: datetime) -> int:
    """Note that recordings were deleted here, and promise to have the carrier delete its copies;
    returns how many there were."""
    ids = [each.recording for each in found]
    rows: list[sa.Row[Any]] = []
    for table, _ in RECORDED:
        c = table.c
        which = sa.and_(c.id.in_(ids), c.audio_gone_at.is_(None))
        gone = sa.update(table).where(which).values(audio=None, audio_gone_at=now)
        rows += connection.execute(gone.returning(c.id, c.recording_sid, c.client)).all()
    for row in rows:
        promises.finish_for(connection, row.id, [OutboxKind.FETCH, OutboxKind.TRANSCRIBE], now)
        discard(connection, row, now)
    return len(rows)


def discard(connection: sa.Connection, row: sa.Row[*tuple[Any, ...]], at: datetime) -> None:
    """Promise to have the carrier delete its copy of a recording."""
    payload = {"recording_sid": row.recording_sid, "client": row.client}
    promises.add_again(connection, OutboxKind.DISCARD, row.id, at, payload)


def forget_words(connection: sa.Connection, client: str | None, until: datetime, limit: int) -> int:
    """Delete what was said before `until`, in words: in messages, conversations and turns."""
    ids = [
        each
        for table, at in RECORDED
        for each in _forget_heard(connection, table, at, client, until, limit)
    ]
    _delete(connection, transcripts.c.message, ids)
    _delete(connection, corrections.c.message, ids)
    return len(ids) + _forget_said(connection, client, until, limit)


WORDS = frozenset({"text", "words", "stretches", "number_given", "difference"})
"""Columns that say what was said."""


def _forget_heard(
    connection: sa.Connection,
    table: sa.Table,
    at: sa.Column[Any],
    client: str | None,
    until: datetime,
    limit: int,
) -> list[str]:
    c = table.c
    heard = sa.select(c.id).where(_of_client(c.client, client), at < until, c.text.is_not(None))
    ids = list(connection.scalars(heard.limit(limit)))
    nothing = {column.name: None for column in c if column.name in WORDS}
    rows = connection.execute(
        sa.update(table).where(c.id.in_(ids)).values(nothing).returning(table)
    ).all()
    keep = search.keep_message if table is messages else search.keep_call_recording
    for row in rows:
        keep(connection, row)
    return ids


def _forget_said(connection: sa.Connection, client: str | None, until: datetime, limit: int) -> int:
    c = turns.c
    said = (
        sa.select(c.call_sid)
        .join(calls, calls.c.call_sid == c.call_sid)
        .where(_of_client(calls.c.client, client), calls.c.started_at < until, c.said.is_not(None))
        .distinct()
        .limit(limit)
    )
    sids = list(connection.scalars(said))
    connection.execute(sa.update(turns).where(c.call_sid.in_(sids)).values(said=None))
    return len(sids)


def old_traces(
    connection: sa.Connection, client: str | None, until: datetime, limit: int
) -> Traces:
    """What there is of a client's callers from before `until`; what an open job needs stays."""
    is_open = jobs.c.state == JobState.OPEN
    kept_calls = sa.select(jobs.c.call_sid).where(is_open, jobs.c.call_sid.is_not(None))
    kept_messages = sa.select(jobs.c.message).where(is_open, jobs.c.message.is_not(None))
    m, j, t, b, r = messages.c, jobs.c, texts_received.c, callbacks.c, call_recordings.c
    return _traces(
        connection,
        limit,
        calls=sa.and_(
            _of_client(calls.c.client, client),
            calls.c.started_at < until,
            calls.c.call_sid.not_in(kept_calls),
        ),
        messages=sa.and_(
            m.client == (client or ""), m.received_at < until, m.id.not_in(kept_messages)
        ),
        recordings=sa.and_(
            _of_client(r.client, client),
            r.began_at < until,
            sa.or_(r.call_sid.is_(None), r.call_sid.not_in(kept_calls)),
        ),
        texts=sa.and_(_of_client(t.client, client), t.received_at < until),
        jobs=sa.and_(j.client == (client or ""), j.closed_at < until),
        callbacks=sa.and_(b.client == (client or ""), b.ended_at < until),
        sent=sa.and_(
            outbox.c.kind == OutboxKind.SMS,
            outbox.c.finished_at < until,
            outbox.c.payload["client"].as_string() == (client or ""),
        ),
    )


def traces_of(connection: sa.Connection, number: str, client: str | None) -> Traces:
    """Whatever there is of the caller with this number, at one client or (None) at all."""

    def theirs(column: sa.ColumnElement[Any]) -> Where:
        return sa.true() if client is None else column == client

    m, r, payload = messages.c, call_recordings.c, outbox.c.payload
    sids = sa.select(calls.c.call_sid).where(calls.c.from_ == number)
    by_number = sa.or_(m.caller == number, m.number_given == number, m.call_sid.in_(sids))
    opened = sa.select(m.id).where(by_number)
    of_job = sa.or_(jobs.c.caller == number, jobs.c.call_sid.in_(sids), jobs.c.message.in_(opened))
    whose = payload["client"].as_string()
    return _traces(
        connection,
        None,
        calls=sa.and_(calls.c.from_ == number, theirs(calls.c.client)),
        messages=sa.and_(by_number, theirs(m.client)),
        recordings=sa.and_(sa.or_(r.caller == number, r.call_sid.in_(sids)), theirs(r.client)),
        texts=sa.and_(texts_received.c.from_ == number, theirs(texts_received.c.client)),
        jobs=sa.and_(of_job, theirs(jobs.c.client)),
        callbacks=sa.and_(callbacks.c.number == number, theirs(callbacks.c.client)),
        sent=sa.and_(
            outbox.c.kind == OutboxKind.SMS, payload["to"].as_string() == number, theirs(whose)
        ),
    )


def _traces(connection: sa.Connection, limit: int | None, **which: Where) -> Traces:
    keys = {
        "calls": calls.c.call_sid,
        "messages": messages.c.id,
        "recordings": call_recordings.c.id,
        "texts": texts_received.c.message_sid,
        "jobs": jobs.c.id,
        "callbacks": callbacks.c.id,
        "sent": outbox.c.id,
    }
    found: dict[str, Any] = {
        name: tuple(connection.scalars(sa.select(key).where(which[name]).limit(limit)))
        for name, key in keys.items()
    }
    return Traces(**found)


def audio_of(connection: sa.Connection, traces: Traces) -> list[RecordingFile]:
    """The recordings of messages and conversations."""
    ids = (*traces.messages, *traces.recordings)
    queries = (sa.select(t.c.id, t.c.audio).where(t.c.id.in_(ids)) for t, _ in RECORDED)
    return [
        RecordingFile(row.id, row.audio) for query in queries for row in connection.execute(query)
    ]


def names_of(connection: sa.Connection, traces: Traces) -> list[str]:
    """By what the calls, call backs, conversations, recordings and texts are told of: SIDs of the
    carrier's, and ids of ours."""
    heard = (*traces.messages, *traces.recordings)
    queries = (sa.select(t.c.recording_sid).where(t.c.id.in_(heard)) for t, _ in RECORDED)
    recorded = [sid for query in queries for sid in connection.scalars(query)]
    rung = sa.select(legs.c.key).where(legs.c.call_sid.in_(traces.with_call_backs))
    conversations = {key.partition(" ")[0] for key in connection.scalars(rung)}
    return [*traces.with_call_backs, *traces.texts, *recorded, *conversations]


def erase(connection: sa.Connection, traces: Traces, now: datetime) -> None:
    """Delete all of it, with everything that hangs on it, and promise to have the carrier delete
    its copies of the recordings. Their own files must be gone before."""
    heard = (*traces.messages, *traces.recordings)
    for table, _ in RECORDED:
        c = table.c
        left = sa.select(c.id, c.recording_sid, c.client)
        left = left.where(c.id.in_(heard), c.audio_gone_at.is_(None))
        for row in connection.execute(left).all():
            discard(connection, row, now)
    for table in (turns, legs, call_events, queue_visits, queue_offers, drafts):
        _delete(connection, table.c.call_sid, traces.with_call_backs)
    _delete(connection, calls.c.call_sid, traces.calls)
    for table in (transcripts, corrections, deliveries):
        _delete(connection, table.c.message, heard)
    _delete(connection, deliveries.c.job, traces.jobs)
    _delete(connection, messages.c.id, traces.messages)
    _delete(connection, call_recordings.c.id, traces.recordings)
    _delete(connection, texts_received.c.message_sid, traces.texts)
    _delete(connection, job_acts.c.job, traces.jobs)
    _delete(connection, jobs.c.id, traces.jobs)
    _delete(connection, callbacks.c.id, traces.callbacks)
    _delete(connection, outbox.c.id, traces.sent)
    told = outbox.c.kind != OutboxKind.DISCARD
    subjects = (*heard, *traces.jobs)
    connection.execute(sa.delete(outbox).where(outbox.c.subject.in_(subjects), told))
    search.forget(connection, DocumentKind.CALL, traces.calls)
    search.forget(connection, DocumentKind.MESSAGE, traces.messages)
    search.forget(connection, DocumentKind.RECORDING, traces.recordings)
    search.forget(connection, DocumentKind.TEXT, traces.texts)
    search.forget(connection, DocumentKind.JOB, traces.jobs)


def _delete(connection: sa.Connection, column: sa.Column[Any], keys: Iterable[Any]) -> None:
    connection.execute(sa.delete(column.table).where(column.in_(list(keys))))


def _of_client(column: sa.Column[Any], client: str | None) -> Where:
    return column.is_(None) if client is None else column == client


def clients(connection: sa.Connection) -> list[str | None]:
    """Whose data there is; None for calls to nobody's number."""
    tables = (calls, messages, call_recordings, texts_received, jobs)
    every = sa.union(*(sa.select(table.c.client.label("client")) for table in tables))
    return sorted(connection.scalars(every), key=lambda client: client or "")
