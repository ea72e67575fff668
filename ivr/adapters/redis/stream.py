"""Moving what is in a Redis stream into the records.

A consumer group moves the entries on
(https://redis.io/docs/latest/develop/data-types/streams/#consumer-groups): an entry is
acknowledged and deleted only when it is in the database, and the entries of a consumer that
died are taken over. So an entry may be written twice, which must do no harm.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import structlog
from redis import Redis
from redis.exceptions import ResponseError

from ivr import keys
from ivr.adapters.redis.errors import own_errors
from ivr.errors import QueueError, RecordsError, RecordsUnavailable

BATCH = 100
"""Entries per transaction."""

DEAD_AFTER_MS = 30_000
"""An entry that was read and not acknowledged for so long is taken from its consumer."""

READ_IN_ORDER = """
-- KEYS[1] the stream; ARGV[1] the group; ARGV[2] the consumer; ARGV[3] how many entries
-- Returns what XREADGROUP does; nothing while anybody has read what is not settled.
if redis.call('XPENDING', KEYS[1], ARGV[1])[1] > 0 then return false end
return redis.call(
  'XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'COUNT', ARGV[3], 'STREAMS', KEYS[1], '>')
"""

log = structlog.get_logger()

Value = TypeVar("Value")

_Found = list[tuple[bytes, Mapping[bytes, bytes] | None]]


@dataclass(frozen=True, slots=True)
class _Entry(Generic[Value]):
    """One entry of the stream; `value` is None where it could not be read."""

    id: bytes
    fields: Mapping[bytes, bytes]
    value: Value | None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Stream(Generic[Value]):
    """A stream `key`.

    `read` makes a value of an entry's fields, or raises `RecordsError` or `QueueError`. `write`
    keeps values, all or none. What cannot be read or is refused goes to the stream `refused`, and
    is logged as an error under the stream's `name`. With `in_order` no entry is written before an
    earlier one, whichever consumers die: later ones wait until what a dead one had is taken over.
    """

    name: str
    key: str
    refused: str
    read: Callable[[Mapping[bytes, bytes]], Value]
    write: Callable[[Sequence[Value]], None]
    in_order: bool = False

    @own_errors()
    def drain(
        self,
        redis: Redis,
        block_ms: int,
        *,
        consumer: str | None = None,
        dead_after_ms: int = DEAD_AFTER_MS,
    ) -> int:
        """Move one batch into the records; returns how many entries were settled.

        `redis` is a client that returns bytes. Waits at most `block_ms` (at least 1) for new
        entries, and not at all where they are read in order. `consumer` names this consumer, by
        default by host and process. Raises `RecordsUnavailable` and `StateUnavailable`: what
        was read then comes again at the next call, and to another consumer after `dead_after_ms`.
        """
        name = consumer or f"{socket.gethostname()}-{os.getpid()}"
        try:
            found = self._left_over(redis, name, dead_after_ms)
            found = found or self._read_new(redis, name, block_ms)
        except ResponseError as error:
            if "NOGROUP" not in str(error):
                raise
            self._create_group(redis)
            return 0
        entries = [self._parse(id_, fields) for id_, fields in found]
        self._settle(redis, self._write(entries))
        return len(entries)

    def _create_group(self, redis: Redis) -> None:
        try:
            redis.xgroup_create(self.key, keys.RECORDS_GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):  # another process was first
                raise

    def _left_over(self, redis: Redis, consumer: str, dead_after_ms: int) -> _Found:
        """What this consumer read when the records were away, else what a dead one did."""
        with redis.pipeline(transaction=False) as pipe:
            pipe.xreadgroup(keys.RECORDS_GROUP, consumer, {self.key: "0"}, count=BATCH)
            pipe.xautoclaim(self.key, keys.RECORDS_GROUP, consumer, dead_after_ms, count=BATCH)
            own, claimed = cast(tuple[Any, Any], pipe.execute())
        return cast(_Found, own[0][1] if own and own[0][1] else claimed[1])

    def _read_new(self, redis: Redis, consumer: str, block_ms: int) -> _Found:
        if self.in_order:
            return self._read_next(redis, consumer)
        reply: Any = redis.xreadgroup(
            keys.RECORDS_GROUP, consumer, {self.key: ">"}, count=BATCH, block=max(1, block_ms)
        )
        return cast(_Found, reply[0][1] if reply else [])

    def _read_next(self, redis: Redis, consumer: str) -> _Found:
        reply: Any = redis.eval(READ_IN_ORDER, 1, self.key, keys.RECORDS_GROUP, consumer, BATCH)
        found = reply[0][1] if reply else []
        return [(id_, dict(zip(fields[::2], fields[1::2], strict=True))) for id_, fields in found]

    def _parse(self, id_: bytes, fields: Mapping[bytes, bytes] | None) -> _Entry[Value]:
        fields = fields or {}
        try:
            return _Entry(id_, fields, self.read(fields))
        except (RecordsError, QueueError) as error:
            return _Entry(id_, fields, None, str(error))

    def _write(self, entries: list[_Entry[Value]]) -> list[_Entry[Value]]:
        """Write what can be written, in one transaction if none of it is refused."""
        try:
            self.write([entry.value for entry in entries if entry.value is not None])
        except RecordsUnavailable:
            raise
        except RecordsError:
            return [self._write_alone(entry) for entry in entries]
        return entries

    def _write_alone(self, entry: _Entry[Value]) -> _Entry[Value]:
        if entry.value is None:
            return entry
        try:
            self.write([entry.value])
        except RecordsUnavailable:
            raise
        except RecordsError as error:
            return _Entry(entry.id, entry.fields, None, str(error))
        return entry

    def _settle(self, redis: Redis, entries: list[_Entry[Value]]) -> None:
        """Remove the entries from the stream, those that were refused to their own."""
        if not entries:
            return
        with redis.pipeline(transaction=True) as pipe:
            for entry in entries:
                if entry.value is None:
                    log.error(f"{self.name}.refused", entry=entry.id.decode(), error=entry.error)
                    refused = {**entry.fields, b"error": entry.error.encode()}
                    pipe.xadd(self.refused, cast(Any, refused))
                pipe.xack(self.key, keys.RECORDS_GROUP, entry.id)
                pipe.xdel(self.key, entry.id)
            pipe.execute()


def lengths(redis: Redis, streams: Mapping[str, str]) -> dict[str, int]:
    """How many entries wait in each stream, by names of one's own. Raises `StateUnavailable`."""
    with own_errors():
        return {name: redis.xlen(key) for name, key in streams.items()}
