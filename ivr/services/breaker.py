"""A circuit breaker: what has just failed is left alone for a while.

The pattern is Michael Nygard's (“Release It!”, chapter 5). Without it each webhook would wait for
the same dead database, until all threads of the server did.
"""

from __future__ import annotations

import threading
from collections.abc import Callable


class CircuitBreaker:
    """Says whether something may be tried. Any thread may ask.

    After a failure it refuses for `seconds` of `clock`, then lets one caller try at a time.
    """

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._refuses_until: float | None = None

    def allows(self) -> bool:
        """Whether the caller may try; whoever may must say how it ended."""
        with self._lock:
            if self._refuses_until is None:
                return True
            now = self._clock()
            if now < self._refuses_until:
                return False
            self._refuses_until = now + self._seconds  # the others wait for this one's outcome
            return True

    def succeeded(self) -> None:
        """It answers: everybody may try again."""
        with self._lock:
            self._refuses_until = None

    def failed(self) -> None:
        """It does not answer: nobody tries for a while."""
        with self._lock:
            self._refuses_until = self._clock() + self._seconds
