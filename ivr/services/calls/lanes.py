"""Work for many clients in few threads, of which none may have more than a share."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Lock

Work = Callable[[], None]


class Lanes:
    """Hands work to `submit`, for each lane no more than `most` at a time; the rest waits in its
    own lane. Work handles its own exceptions."""

    def __init__(self, submit: Callable[..., object], most: int) -> None:
        self._submit = submit
        self._most = most
        self._lock = Lock()
        self._running: dict[str, int] = {}
        self._waiting: dict[str, deque[Work]] = {}

    def do(self, lane: str, work: Work) -> None:
        """Do `work` as soon as its lane has a place."""
        with self._lock:
            running = self._running.get(lane, 0)
            if running >= self._most:
                self._waiting.setdefault(lane, deque()).append(work)
                return
            self._running[lane] = running + 1
        self._submit(self._run, lane, work)

    def _run(self, lane: str, work: Work) -> None:
        try:
            work()
        finally:
            if following := self._next(lane):
                self._submit(self._run, lane, following)

    def _next(self, lane: str) -> Work | None:
        """What takes the place that has become free; without it, nothing is kept of the lane."""
        with self._lock:
            if waiting := self._waiting.get(lane):
                return waiting.popleft()
            self._waiting.pop(lane, None)
            self._running[lane] -= 1
            if not self._running[lane]:
                del self._running[lane]
            return None
