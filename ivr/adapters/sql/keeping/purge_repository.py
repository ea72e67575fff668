"""`SqlPurgeRepository`: deleting what is over its time, and all about one caller.

Recordings are deleted before the transaction ends that forgets them: were we to die in between, the
rows are still there and both are deleted the next time. So none is ever left that nothing names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from ivr.adapters.sql import outbox
from ivr.adapters.sql.database import Source, reading, writing
from ivr.adapters.sql.keeping import caller_file, erased, purge_proofs, retention
from ivr.adapters.sql.keeping.retention import RecordingFile
from ivr.adapters.sql.locks import Alone, alone
from ivr.core.records.outbox import OutboxKind
from ivr.core.records.purge import Purge, Purged
from ivr.core.records.retention import RetentionRule, Traces

BATCH = 200
"""Things that one transaction deletes."""

Delete = Callable[[Iterable[str]], object]
"""Deletes recordings by name, all of them or, raising an error, not."""

REQUEST = "on request"
"""The rule by which something is erased because somebody asked for it."""


class SqlPurgeRepository:
    """Deletes. Every method raises `RecordsUnavailable` where the database cannot be used, and what
    the `Delete` raises that it is given: nothing is forgotten then."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def clients(self) -> list[str | None]:
        """Whose data there is; None for calls to nobody's number."""
        with reading(self._source) as connection:
            return retention.clients(connection)

    def purge(self, client: str | None, rule: RetentionRule, delete: Delete, now: datetime) -> int:
        """Delete a batch of each kind of what is over its time; returns how many things."""
        return sum(self._purge(kind, client, rule, delete, now) for kind in Purged)

    def _purge(
        self, kind: Purged, client: str | None, rule: RetentionRule, delete: Delete, now: datetime
    ) -> int:
        days = rule.days(kind)
        until = now - timedelta(days=days)
        with writing(self._source) as connection:
            alone(connection, Alone.DELETING)  # two at once would both count the same
            count = _DELETE[kind](connection, client, until, delete, now)
            proof = Purge(
                at=now,
                client=client,
                kind=kind,
                count=count,
                until=until,
                rule=f"{kind} {days}d",
                version=rule.version,
                by="retention",
            )
            purge_proofs.note(connection, proof)
        return count

    def traces(self, number: str, client: str | None) -> Traces:
        """Whatever there is of the caller with this number, at one client or (None) at all."""
        with reading(self._source) as connection:
            return retention.traces_of(connection, number, client)

    def caller_file(self, traces: Traces) -> dict[str, list[dict[str, Any]]]:
        """The rows of every table that are about a caller, by table."""
        with reading(self._source) as connection:
            return caller_file.of_caller(connection, traces)

    def erase(
        self, number: str, client: str | None, delete: Delete, now: datetime, by: str
    ) -> Traces:
        """Delete whatever there is of a caller; returns what there was. The proof says nothing of
        whom it was about."""
        with writing(self._source) as connection:
            alone(connection, Alone.DELETING)  # two at once would both count the same
            traces = retention.traces_of(connection, number, client)
            erased.note(connection, retention.names_of(connection, traces))
            _erase(connection, traces, delete, now)
            proof = Purge(
                at=now,
                client=client,
                kind=Purged.CALLER,
                count=traces.count,
                until=now,
                rule=REQUEST,
                version="",
                by=by,
            )
            purge_proofs.note(connection, proof)
        return traces

    def discard_late(self, recording_sid: str, now: datetime) -> None:
        """Promise to have the carrier delete a recording of which it told only after its caller had
        been erased."""
        with writing(self._source) as connection:
            if erased.those_of(connection, [recording_sid]):
                return  # it was promised when it was erased
            erased.note(connection, [recording_sid])
            payload = {"recording_sid": recording_sid, "client": None}
            subject = uuid4().hex  # nothing of ours is about it
            outbox.add(connection, OutboxKind.DISCARD, subject, now, payload, once=recording_sid)

    def proofs(self, limit: int = 1000) -> list[Purge]:
        """What was deleted, the latest first."""
        with reading(self._source) as connection:
            return purge_proofs.newest(connection, limit)


def _audio(
    connection: sa.Connection, client: str | None, until: datetime, delete: Delete, now: datetime
) -> int:
    found = retention.old_audio(connection, client, until, BATCH)
    delete(_names(found))
    return retention.audio_gone(connection, found, now)


def _words(
    connection: sa.Connection, client: str | None, until: datetime, delete: Delete, now: datetime
) -> int:
    return retention.forget_words(connection, client, until, BATCH)


def _callers(
    connection: sa.Connection, client: str | None, until: datetime, delete: Delete, now: datetime
) -> int:
    traces = retention.old_traces(connection, client, until, BATCH)
    _erase(connection, traces, delete, now)
    return traces.count


_DELETE = {Purged.AUDIO: _audio, Purged.TRANSCRIPT: _words, Purged.CALLER: _callers}


def _erase(connection: sa.Connection, traces: Traces, delete: Delete, now: datetime) -> None:
    if traces.count:
        delete(_names(retention.audio_of(connection, traces)))
        retention.erase(connection, traces, now)


def _names(found: Iterable[RecordingFile]) -> list[str]:
    return [each.path for each in found if each.path is not None]
