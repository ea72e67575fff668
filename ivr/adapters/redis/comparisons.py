"""What processes tell one another of comparing with the carrier: whose turn it is, and when it was
last done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from typing import cast

from redis import Redis, RedisError
from redis.lock import Lock

from ivr import keys
from ivr.adapters.redis.errors import own_errors
from ivr.errors import StateUnavailable

_AWAY = "Redis cannot be used: {error}. Start `python -m ivr serve`, or see IVR_REDIS_URL."


class RedisComparisons:
    """Comparisons with the carrier, of all machines. Methods raise `StateUnavailable`."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def redis_run(self) -> str:
        """What tells this run of Redis from those before:
        https://redis.io/docs/latest/commands/info/"""
        with own_errors(_AWAY):
            return str(cast(dict[str, object], self._redis.info("server"))["run_id"])

    def last(self) -> datetime | None:
        """When the last one began that was not broken off."""
        with own_errors(_AWAY):
            found = cast(bytes | None, self._redis.get(keys.RECONCILE_LAST))
        return datetime.fromisoformat(found.decode()) if found else None

    def unmended(self) -> int:
        """How much of what the last one found could not be mended."""
        with own_errors(_AWAY):
            return int(cast(bytes | None, self._redis.get(keys.RECONCILE_UNMENDED)) or 0)

    def note(self, unmended: int, ended: datetime | None) -> None:
        """Keep what is left of one, and when it began unless it was broken off."""
        with own_errors(_AWAY):
            self._redis.set(keys.RECONCILE_UNMENDED, unmended)
            if ended is not None:
                self._redis.set(keys.RECONCILE_LAST, ended.isoformat())

    @contextmanager
    def turn(self) -> Iterator[Callable[[], None] | None]:
        """The turn to compare, which one process has at a time: gives what renews it, and None
        where another process has it. It lapses by itself where nobody renews it.

        Renewing raises `StateUnavailable` where another process has it, or it cannot be renewed.
        """
        lease = self._redis.lock(
            keys.RECONCILE_LEASE,
            timeout=keys.RECONCILE_LEASE_SECONDS,
            blocking=False,
            thread_local=False,
        )
        with own_errors(_AWAY):
            taken = lease.acquire()
        if not taken:
            yield None
            return
        try:
            yield partial(_renew, lease)
        finally:
            with suppress(RedisError):  # it lapses by itself
                lease.release()


def _renew(lease: Lock) -> None:
    try:
        lease.reacquire()
    except RedisError as error:
        raise StateUnavailable(f"The comparison lost its turn ({error}); begin anew.") from error
