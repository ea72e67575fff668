"""The journal: what is told of calls on its way from the web processes to the database.

A turn appends its note and the call's snapshot to a Redis stream in the atomic step that writes the
call's state, so no turn waits for the database; whatever else happens to a call is appended by
`append`. A consumer group moves the entries on
(https://redis.io/docs/latest/develop/data-types/streams/#consumer-groups): an entry is
acknowledged and deleted only when it is in the database, and the entries of a consumer that
died are taken over. Writing one twice does no harm.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import structlog
from pydantic import TypeAdapter, ValidationError
from redis import Redis
from redis.exceptions import ResponseError

from ivr import keys
from ivr.errors import RecordsError, RecordsUnavailable
from ivr.records.calls import CallSnapshot
from ivr.records.records import CallNote, Records
from ivr.records.timeline import CallEvent, LegNote, TurnNote

BATCH = 100
"""Entries per transaction."""

DEAD_AFTER_MS = 30_000
"""An entry that was read and not acknowledged for so long is taken from its consumer."""

log = structlog.get_logger()

_snapshot: TypeAdapter[CallSnapshot] = TypeAdapter(CallSnapshot)
_turn: TypeAdapter[TurnNote] = TypeAdapter(TurnNote)
_leg: TypeAdapter[LegNote] = TypeAdapter(LegNote)
_event: TypeAdapter[CallEvent] = TypeAdapter(CallEvent)

_FIELDS: Mapping[bytes, tuple[TypeAdapter[Any], str]] = {
    b"call": (_snapshot, "a call's snapshot"),
    b"turn": (_turn, "a turn's note"),
    b"leg": (_leg, "a leg's note"),
    b"event": (_event, "a call's event"),
}
"""What an entry may hold, and how it is called where it is none."""


def snapshot_to_json(snapshot: CallSnapshot) -> str:
    """The snapshot as text, for the field `call` of a journal entry."""
    return _snapshot.dump_json(snapshot).decode()


def snapshot_from_json(text: str | bytes) -> CallSnapshot:
    """The snapshot that `snapshot_to_json` wrote. Raises `RecordsError`."""
    return cast(CallSnapshot, _read(b"call", text))


def turn_to_json(note: TurnNote) -> str:
    """The note of a turn as text, for the field `turn` of a journal entry."""
    return _turn.dump_json(note, exclude_defaults=True).decode()


def append(redis: Redis, *notes: LegNote | CallEvent) -> None:
    """Tell the timeline of what happens to a call besides its turns. Raises Redis's errors."""
    with redis.pipeline(transaction=False) as pipe:
        for note in notes:
            if isinstance(note, LegNote):
                pipe.xadd(keys.JOURNAL, {"leg": _leg.dump_json(note)})
            else:
                pipe.xadd(keys.JOURNAL, {"event": _event.dump_json(note)})
        pipe.execute()


def _read(field: bytes, text: str | bytes) -> CallNote:
    adapter, what = _FIELDS[field]
    try:
        return cast(CallNote, adapter.validate_json(text))
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False)
        places = (f"{'.'.join(map(str, p['loc'])) or 'entry'}: {p['msg']}" for p in problems)
        raise RecordsError(f"This is not {what}: {'; '.join(places)}.") from error


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of the stream; `notes` is None where it could not be read."""

    id: bytes
    fields: Mapping[bytes, bytes]
    notes: tuple[CallNote, ...] | None
    error: str = ""


def drain(
    redis: Redis,
    records: Records,
    block_ms: int,
    *,
    consumer: str | None = None,
    dead_after_ms: int = DEAD_AFTER_MS,
) -> int:
    """Move one batch of the journal into the records; returns how many entries were settled.

    `redis` is a client that returns bytes. Waits at most `block_ms` (at least 1) for new
    entries. `consumer` names this consumer, by default by host and process. An entry that
    cannot be read is put in the stream `JOURNAL_REFUSED` and logged as an error. Raises
    `RecordsUnavailable`, and Redis's own errors: what was read then comes again after
    `dead_after_ms`.
    """
    name = consumer or f"{socket.gethostname()}-{os.getpid()}"
    try:
        found = _take_over(redis, name, dead_after_ms) or _read_new(redis, name, block_ms)
    except ResponseError as error:
        if "NOGROUP" not in str(error):
            raise
        _create_group(redis)
        return 0
    entries = [_parse(id_, fields) for id_, fields in found]
    _settle(redis, _write(records, entries))
    return len(entries)


def _create_group(redis: Redis) -> None:
    try:
        redis.xgroup_create(keys.JOURNAL, keys.JOURNAL_GROUP, id="0", mkstream=True)
    except ResponseError as error:
        if "BUSYGROUP" not in str(error):  # another process was first
            raise


_Found = list[tuple[bytes, Mapping[bytes, bytes] | None]]


def _take_over(redis: Redis, consumer: str, dead_after_ms: int) -> _Found:
    reply: Any = redis.xautoclaim(
        keys.JOURNAL, keys.JOURNAL_GROUP, consumer, dead_after_ms, count=BATCH
    )
    return cast(_Found, reply[1])


def _read_new(redis: Redis, consumer: str, block_ms: int) -> _Found:
    reply: Any = redis.xreadgroup(
        keys.JOURNAL_GROUP, consumer, {keys.JOURNAL: ">"}, count=BATCH, block=max(1, block_ms)
    )
    return cast(_Found, reply[0][1] if reply else [])


def _parse(id_: bytes, fields: Mapping[bytes, bytes] | None) -> _Entry:
    fields = fields or {}
    known = [field for field in _FIELDS if field in fields] or [b"call"]
    try:
        return _Entry(id_, fields, tuple(_read(field, fields.get(field, b"")) for field in known))
    except RecordsError as error:
        return _Entry(id_, fields, None, str(error))


def _write(records: Records, entries: Iterable[_Entry]) -> list[_Entry]:
    """Write what can be written, in one transaction if none of it is refused."""
    entries = list(entries)
    try:
        records.note(note for entry in entries for note in entry.notes or ())
    except RecordsUnavailable:
        raise
    except RecordsError:
        return [_write_alone(records, entry) for entry in entries]
    return entries


def _write_alone(records: Records, entry: _Entry) -> _Entry:
    if entry.notes is None:
        return entry
    try:
        records.note(entry.notes)
    except RecordsUnavailable:
        raise
    except RecordsError as error:
        return _Entry(entry.id, entry.fields, None, str(error))
    return entry


def _settle(redis: Redis, entries: list[_Entry]) -> None:
    """Remove the entries from the journal, those that were refused to their own stream."""
    if not entries:
        return
    with redis.pipeline(transaction=True) as pipe:
        for entry in entries:
            if entry.notes is None:
                log.error("journal.refused", entry=entry.id.decode(), error=entry.error)
                refused = {**entry.fields, b"error": entry.error.encode()}
                pipe.xadd(keys.JOURNAL_REFUSED, cast(Any, refused))
            pipe.xack(keys.JOURNAL, keys.JOURNAL_GROUP, entry.id)
            pipe.xdel(keys.JOURNAL, entry.id)
        pipe.execute()
