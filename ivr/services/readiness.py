"""The health of each part of the system, checked in parallel and at most once a second."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

import structlog

from ivr.core.heartbeat import Heartbeat
from ivr.core.readiness import FAILS, SILENT, PartState, Readiness, judge
from ivr.errors import PartDown, TangoError
from ivr.services.fresh import Fresh

log = structlog.get_logger()

PART_SECONDS = 2.0
"""How long a part may take to answer. Callers' turns wait no longer for it."""

Check = Callable[[], object]
"""Returns if all is well; raises `TangoError` with the cause and the fix if not."""


class SignsOfLife(Protocol):
    """The heartbeats of an installation."""

    def now(self) -> float:
        """Return the time in seconds by the clock of the heartbeats."""

    def all(self) -> Sequence[Heartbeat]:
        """Return the last heartbeat of each process and loop."""


class ReadinessService:
    """Runs `checks`, by name, and reads the heartbeats (`signs`)."""

    def __init__(self, checks: Mapping[str, Check], signs: SignsOfLife) -> None:
        self._checks = {name: Fresh(check, limit=PART_SECONDS) for name, check in checks.items()}
        self._signs = signs
        self._whole = Fresh(self._find, limit=2 * PART_SECONDS)
        self._down: dict[str, str] = {}

    def now(self) -> Readiness:
        """Return the state of everything, within about `PART_SECONDS`."""
        return self._whole.get()

    def soon(self, seconds: float) -> Readiness | None:
        """Return the state of everything if it is known within `seconds`, else the previous one, or
        None if there is none."""
        return self._whole.soon(seconds)

    def _find(self) -> Readiness:
        for check in self._checks.values():
            check.begin()
        parts = [self._ask(name, check) for name, check in self._checks.items()]
        readiness = judge([*parts, *self._living()])
        self._down = {each.name: each.why for each in readiness.down}
        return readiness

    def _ask(self, name: str, check: Fresh[object]) -> PartState:
        try:
            check.get()
        except TimeoutError:
            return self._failed(name, "does not answer in time", "")
        except TangoError as error:
            why = error.why if isinstance(error, PartDown) else FAILS
            return self._failed(name, why, str(error))
        return PartState(name)

    def _living(self) -> Iterator[PartState]:
        now = self._signs.now()
        for sign in self._signs.all():
            if sign.name in self._checks:  # our own Redis: whether it does its work says more
                continue
            if sign.silent(now):
                yield self._failed(sign.name, SILENT, f"Last heard of {now - sign.at:.0f} s ago.")
            elif sign.failing(now):
                yield self._failed(sign.name, FAILS, "See the errors of this loop.")
            else:
                yield PartState(sign.name)

    def _failed(self, name: str, why: str, cause: str) -> PartState:
        """Return the part's state, and log its cause once; the cause is not public."""
        if self._down.get(name) != why:
            log.warning("health.part_failed", part=name, why=why, cause=cause)
        return PartState(name, why)
