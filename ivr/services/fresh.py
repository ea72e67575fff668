"""A value that is slow to compute and that many threads ask for.

One thread at a time computes it, at most once a second, and nobody waits longer than they said.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Generic, TypeVar

from ivr.services.time_limit import in_thread

T = TypeVar("T")


class Fresh(Generic[T]):
    """Caches what `find` returns or raises for `keeps` seconds from the start of the computation.

    If `find` hangs it is not called again until it has ended.
    """

    def __init__(
        self,
        find: Callable[[], T],
        keeps: float = 1.0,
        limit: float = 2.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._find = find
        self._keeps = keeps
        self._limit = limit
        self._clock = clock
        self._lock = threading.Lock()
        self._run: Future[T] | None = None
        self._began = 0.0
        self._last: T | None = None

    def begin(self) -> None:
        """Start computing the value, unless it is known or being computed."""
        with self._lock:
            now = self._clock()
            if self._run and (not self._run.done() or now - self._began <= self._keeps):
                return
            self._run, self._began = in_thread(self._work), now

    def get(self) -> T:
        """Return the value.

        Raises what `find` raises, and `TimeoutError` once `limit` seconds have passed since the
        computation began; a caller who comes later than that does not wait at all.
        """
        self.begin()
        run, left = self._run, self._began + self._limit - self._clock()
        assert run  # noqa: S101 - begun
        return run.result(timeout=max(0.0, left))

    def soon(self, seconds: float) -> T | None:
        """Return the value if it is known within `seconds`, else the previous one, or None if there
        is none."""
        self.begin()
        run = self._run
        assert run  # noqa: S101 - begun
        with suppress(TimeoutError):
            run.exception(timeout=seconds)
        return self._last

    def _work(self) -> T:
        self._last = self._find()
        return self._last
