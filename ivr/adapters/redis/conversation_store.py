"""Conversations in Redis, beside the reservations that they began as."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, cast

from pydantic import TypeAdapter
from redis import Redis
from redis.exceptions import LockError

from ivr import keys
from ivr.adapters.redis.errors import own_errors
from ivr.adapters.redis.queue.acts import as_text
from ivr.adapters.redis.turn_journal import append
from ivr.core.conversation import actions
from ivr.core.conversation.record import ConversationRecord
from ivr.core.conversation.state import Conversation
from ivr.core.queue.entry import QueueEntry
from ivr.core.records.timeline import CallEvent, LegNote
from ivr.errors import StateUnavailable

WRITE = """
-- KEYS: 1 the conversation, 2 the set of those that go on, 3 the channel of changes, 4 its lock
-- ARGV: 1 its id, 2 what was read ('' for nothing), 3 what is written, 4 seconds to live,
--       5 '1' where it goes on, 6 its operator,
--       7 seconds for which the lock lasts from now on
-- Returns 1, or 0 where another process has written meanwhile
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[2] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[3], 'EX', ARGV[4])
redis.call(ARGV[5] == '1' and 'SADD' or 'SREM', KEYS[2], ARGV[1])
redis.call('EXPIRE', KEYS[4], ARGV[7])
redis.call('PUBLISH', KEYS[3], 'conversation:' .. ARGV[1])
redis.call('PUBLISH', KEYS[3], 'operator:' .. ARGV[6])
return 1
"""

LOCK_SECONDS = 10
"""How long one process may act on a conversation after it has last written it: as long as two
requests to the carrier take that is not there."""

PATIENCE_SECONDS = 12
"""How long another one waits for that: longer, as the first may have died; and not as long as the
carrier waits for us (15 s)."""

_CONVERSATION = TypeAdapter(Conversation)
_ACTIONS = {
    kind.__name__: TypeAdapter[Any](kind)
    for kind in (getattr(actions, name) for name in dir(actions))
    if isinstance(kind, type) and kind.__module__ == actions.__name__
}


class RedisConversationStore:
    """Conversations, on an open connection to Redis. Every method raises `StateUnavailable`."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._write = redis.register_script(WRITE)

    def read(self, id_: str) -> ConversationRecord | None:
        """A conversation, also one that is over; None where there was none within the day."""
        text = self._ask(lambda: self._redis.get(keys.conversation(id_)))
        return None if text is None else _from_json(as_text(text))

    def going_on(self) -> list[ConversationRecord]:
        """The conversations that go on, or for which something is still to be done."""
        ids = sorted(
            map(as_text, self._ask(lambda: self._redis.smembers(keys.QUEUE_CONVERSATIONS)))
        )
        if not ids:
            return []
        found = self._ask(lambda: self._redis.mget([keys.conversation(id_) for id_ in ids]))
        return [_from_json(as_text(text)) for text in found if text is not None]

    def redis_run(self) -> str:
        """What tells this run of Redis from those before (`run_id` of
        https://redis.io/docs/latest/commands/info/)."""
        return str(self._ask(lambda: self._redis.info("server"))["run_id"])

    def write(self, record: ConversationRecord) -> ConversationRecord | None:
        """Write what was read and changed, if anything was; None where another process has come in
        between."""
        text = _to_json(record)
        if text == record.text:
            return record
        id_ = record.conversation.id
        written = self._ask(
            lambda: self._write(
                keys=[
                    keys.conversation(id_),
                    keys.QUEUE_CONVERSATIONS,
                    keys.QUEUE_CHANGES,
                    keys.conversation_lock(id_),
                ],
                args=[
                    id_,
                    record.text,
                    text,
                    keys.CONVERSATION_TTL_SECONDS,
                    "1" if record.goes_on else "",
                    record.conversation.operator,
                    LOCK_SECONDS,
                ],
            )
        )
        return replace(record, text=text) if written else None

    def tell(self, *notes: LegNote | CallEvent | None) -> None:
        """Tell the call's timeline of what happened; the same again changes nothing."""
        found = [note for note in notes if note is not None]
        if found:
            self._ask(lambda: append(self._redis, *found))

    @contextmanager
    def acting_on(self, id_: str) -> Iterator[None]:
        """Let no other process act on the conversation inside the block."""
        lock = self._redis.lock(
            keys.conversation_lock(id_),
            timeout=LOCK_SECONDS,
            blocking_timeout=PATIENCE_SECONDS,
            sleep=0.02,
        )
        if not self._ask(lock.acquire):
            raise StateUnavailable("Another process has been busy with the conversation for long.")
        try:
            yield
        finally:
            # It may have taken longer than the lock lasts; `write` has kept others' changes.
            with own_errors(), suppress(LockError):
                lock.release()

    def _ask(self, request: Any) -> Any:
        with own_errors():
            return cast(Any, request())


def _to_json(record: ConversationRecord) -> str:
    owed = [[type(each).__name__, asdict(each)] for each in record.owed]
    return json.dumps(
        {
            "conversation": _CONVERSATION.dump_python(record.conversation, mode="json"),
            "ticket": record.ticket.to_json(),
            "owed": owed,
            "owed_since": record.owed_since.isoformat() if record.owed_since else None,
        }
    )


def _from_json(text: str) -> ConversationRecord:
    """The record that `_to_json` wrote."""
    data = json.loads(text)
    since = data["owed_since"]
    return ConversationRecord(
        _CONVERSATION.validate_python(data["conversation"]),
        QueueEntry.from_json(data["ticket"]),
        tuple(_ACTIONS[name].validate_python(values) for name, values in data["owed"]),
        datetime.fromisoformat(since) if since else None,
        text,
    )
