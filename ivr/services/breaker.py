"""A circuit breaker: something that has just failed is not tried again for a while.

The pattern is Michael Nygard's (“Release It!”, chapter 5). Without it every webhook would wait for
the same dead database until all threads of the server were waiting.
"""

from __future__ import annotations

import threading
from collections.abc import Callable


class CircuitBreaker:
    """Decides whether an operation may be tried. Thread-safe.

    After a failure it refuses for `seconds` of `clock`, then lets one caller at a time try.
    """

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._refuses_until: float | None = None

    def allows(self) -> bool:
        """Return whether the caller may try. A caller that may must report the outcome."""
        with self._lock:
            if self._refuses_until is None:
                return True
            now = self._clock()
            if now < self._refuses_until:
                return False
            self._refuses_until = now + self._seconds  # the others wait for this one's outcome
            return True

    def succeeded(self) -> None:
        """Report success: everybody may try again."""
        with self._lock:
            self._refuses_until = None

    def failed(self) -> None:
        """Report failure: nobody may try for `seconds`."""
        with self._lock:
            self._refuses_until = self._clock() + self._seconds
