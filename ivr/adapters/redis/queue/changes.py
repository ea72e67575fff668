"""Tells when something changes in the operator queue."""

from __future__ import annotations

from typing import Any

from redis import Redis

from ivr import keys
from ivr.adapters.redis.errors import own_errors


class QueueChanges:
    """Waits until something changes in the queue, as its scripts tell."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._channel: Any = None

    @own_errors()
    def wait(self, seconds: float) -> None:
        """Return as soon as something has changed, or after `seconds`.

        Raises `StateUnavailable`; the next call connects again.
        """
        if self._channel is None:
            channel: Any = self._redis.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
            channel.subscribe(keys.QUEUE_CHANGES)
            self._channel = channel
        if self._channel.get_message(timeout=seconds) is not None:
            while self._channel.get_message() is not None:
                pass
