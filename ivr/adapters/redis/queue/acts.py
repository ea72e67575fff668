"""Runs the queue's acts on an open connection to Redis."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from redis import Redis
from redis.exceptions import RedisError, ResponseError

from ivr import keys
from ivr.adapters.redis.queue.library import library
from ivr.core.queue.entry import milliseconds
from ivr.errors import StateUnavailable

UNKNOWN = "Function not found"
"""What a server says that does not have the library (yet)."""


class Acts:
    """The acts by name. Both ways to run one raise `StateUnavailable` without Redis."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._begins, self._library = library()

    def __call__(self, name: str, now: datetime, *args: str | int) -> Any:
        """Run the act `name`, to which `now` (aware) is told first."""
        return self.untimed(name, milliseconds(now), *args)

    def untimed(self, name: str, *args: str | int) -> Any:
        """Run an act that asks for no time.

        A server that does not know the library is given it first: Redis 7 or Valkey.
        """
        try:
            try:
                return self._call(name, args)
            except ResponseError as error:
                if UNKNOWN not in str(error):
                    raise
                self._redis.function_load(self._library, replace=True)
                return self._call(name, args)
        except RedisError as error:
            raise StateUnavailable(
                f"The operator queue cannot be used, because Redis says: {str(error).rstrip('.')}. "
                "See that Tango is running (`python -m ivr serve`) and that IVR_REDIS_URL is right."
            ) from error

    def _call(self, name: str, args: tuple[str | int, ...]) -> Any:
        """One key says where in a cluster the act is to run: all have the same hash tag."""
        return self._redis.fcall(f"{self._begins}_{name}", 1, keys.QUEUE_CALLERS, *args)


def skills_text(skills: Collection[str] | None) -> str:
    """Skills as the scripts want them; None means all."""
    return "" if skills is None else json.dumps(dict.fromkeys(skills, True))


def as_text(value: str | bytes) -> str:
    """Replies are text or bytes, depending on how the connection was opened."""
    return value.decode() if isinstance(value, bytes) else value
