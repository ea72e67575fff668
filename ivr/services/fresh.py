"""A value that takes time to find out, however many ask for it: one thread at a time does, at most
once a second, and nobody waits for longer than they said."""

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
    """What `find` returns or raises, kept for `keeps` seconds from when it was begun.

    A `find` that hangs is left to itself; it is not asked again until it has ended.
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
        """Begin to find it out, unless it is known or being found out."""
        with self._lock:
            now = self._clock()
            if self._run and (not self._run.done() or now - self._began <= self._keeps):
                return
            self._run, self._began = in_thread(self._work), now

    def get(self) -> T:
        """The value. Raises what `find` raises, and `TimeoutError` `limit` seconds after it was
        begun: whoever asks later than that does not wait at all."""
        self.begin()
        run, left = self._run, self._began + self._limit - self._clock()
        assert run  # noqa: S101 - begun
        return run.result(timeout=max(0.0, left))

    def soon(self, seconds: float) -> T | None:
        """The value where it is found within so many seconds, else the one before it; None where
        it never was."""
        self.begin()
        run = self._run
        assert run  # noqa: S101 - begun
        with suppress(TimeoutError):
            run.exception(timeout=seconds)
        return self._last

    def _work(self) -> T:
        self._last = self._find()
        return self._last
