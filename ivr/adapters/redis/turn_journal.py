"""The journal: what is told of calls on its way from the web processes to the database.

A turn appends its note and the call's snapshot to a Redis stream in the atomic step that writes the
call's state, so no turn waits for the database; whatever else happens to a call is appended by
`append`. Writing an entry twice does no harm.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError
from redis import Redis

from ivr import keys
from ivr.adapters.redis.stream import Stream
from ivr.adapters.sql.calls.call_repository import CallNote
from ivr.adapters.sql.records import SqlRecords
from ivr.core.records.call_snapshot import CallSnapshot
from ivr.core.records.timeline import CallEvent, LegNote, TurnNote
from ivr.errors import RecordsError

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


def _read_all(fields: Mapping[bytes, bytes]) -> tuple[CallNote, ...]:
    known = [field for field in _FIELDS if field in fields] or [b"call"]
    return tuple(_read(field, fields.get(field, b"")) for field in known)


def drain(redis: Redis, records: SqlRecords, block_ms: int, **options: Any) -> int:
    """Move one batch of the journal into the records; see `Stream.drain`."""
    journal = Stream(
        "journal",
        keys.JOURNAL,
        keys.JOURNAL_REFUSED,
        _read_all,
        lambda entries: records.calls.note(note for entry in entries for note in entry),
    )
    return journal.drain(redis, block_ms, **options)
