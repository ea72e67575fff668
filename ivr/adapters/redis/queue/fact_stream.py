"""What has happened in the operator queue, on its way into the records.

The queue's scripts append each fact to a stream in the step that makes it one.
"""

from __future__ import annotations

from typing import Any

from redis import Redis

from ivr import keys
from ivr.adapters.redis.stream import Stream
from ivr.adapters.sql.queue.queue_repository import SqlQueueRepository
from ivr.core.queue.facts import Fact, fact_from_json


def drain_facts(redis: Redis, book: SqlQueueRepository, block_ms: int, **options: Any) -> int:
    """Move one batch of what has happened in the queue into the records; see `Stream.drain`."""
    facts: Stream[Fact] = Stream(
        "queue.fact",
        keys.QUEUE_FACTS,
        keys.QUEUE_FACTS_REFUSED,
        lambda fields: fact_from_json(fields.get(b"fact", b"")),
        book.note,
    )
    return facts.drain(redis, block_ms, **options)
