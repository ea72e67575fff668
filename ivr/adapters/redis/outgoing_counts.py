"""How often each number was texted, called back or queued for a client in the past hour."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from redis import Redis

from ivr import keys
from ivr.adapters.redis.errors import own_errors


class OutgoingCounts:
    """Counts in Redis: one set per kind, client and number. Key names do not show the number."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def add(self, kind: str, client: str, number: str, once: str) -> int:
        """Count an action and return how many there were in the past hour.

        `once` identifies the action. Raises `StateUnavailable`.
        """
        key = keys.outgoing(kind, sha256(f"{client}\0{number}".encode()).hexdigest()[:32])
        pipe: Any = self._redis.pipeline()
        pipe.sadd(key, once)
        pipe.expire(key, keys.OUTGOING_TTL_SECONDS, nx=True)
        pipe.scard(key)
        with own_errors():
            return int(pipe.execute()[-1])
