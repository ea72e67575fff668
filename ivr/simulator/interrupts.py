"""What others ask of a running call: to end, or to go on with another document.

The call's own thread obeys at its next step; while it waits, it wakes at once.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition

from ivr.simulator.targets import Target


class CallOver(Exception):
    """The call ends here. `by`: caller, server, carrier (REST), other party, failure."""

    def __init__(self, by: str) -> None:
        super().__init__(by)
        self.by = by


class Redirected(Exception):
    """The call goes on with another document, whatever it was doing."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.url)
        self.target = target


class Interrupts:
    """One call's post box for such requests."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._ended_by: str | None = None
        self._target: Target | None = None
        self._closed = False

    def end(self, by: str) -> None:
        """Ask the call to end. The first who asks is the one who ended it."""
        with self._changed:
            self._ended_by = self._ended_by or by
            self._changed.notify_all()

    def redirect(self, target: Target) -> bool:
        """Ask the call to go on with another document; the latest wins. False: it has ended."""
        with self._changed:
            if self._asked_to_end():
                return False
            self._target = target
            self._changed.notify_all()
            return True

    def close(self) -> None:
        """The call has ended and takes no more requests."""
        with self._changed:
            self._closed = True

    def nudge(self) -> None:
        """Let a waiting call look again at what it waits for."""
        with self._changed:
            self._changed.notify_all()

    def check(self) -> None:
        """Raise `CallOver` or `Redirected` if somebody asked for it."""
        with self._changed:
            self._raise()

    def wait(self, predicate: Callable[[], bool], seconds: float) -> bool:
        """Wait in real time until `predicate`, for at most `seconds`; return its last value.

        Raises `CallOver` or `Redirected` as soon as somebody asks for it.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._asked() or predicate(), seconds)
            self._raise()
        return predicate()

    def _asked(self) -> bool:
        return self._ended_by is not None or self._target is not None

    def _asked_to_end(self) -> bool:
        return self._closed or self._ended_by is not None

    def _raise(self) -> None:
        if self._ended_by is not None:
            raise CallOver(self._ended_by)
        if self._target is not None:
            target, self._target = self._target, None
            raise Redirected(target)
