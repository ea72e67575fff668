"""Detects processes that hang and ends them, so that they are started again.

Only silence that we have watched ourselves counts. On a machine that slept, or after the whole
process tree was stopped, every heartbeat is overdue and nothing hangs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping

import structlog

from ivr.adapters.files.heartbeats import PATIENCE, START_SECONDS, Heartbeats, pulse_within
from ivr.core.heartbeat import Heartbeat
from ivr.metrics import PROCESSES_HUNG
from ivr.processes.children import Keeper

log = structlog.get_logger()

LOOK_SECONDS = 1.0
"""How often the signs are read."""

LONGEST_LOOK = 2.0
"""What passes between two looks at most; whatever passes beyond that, we did not watch."""


class SilenceWatch:
    """Decides from heartbeats which processes hang."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._looked = clock()
        self._watched = 0.0
        self._last: dict[str, tuple[Heartbeat, float]] = {}

    def hung(self, signs: Iterable[Heartbeat]) -> dict[str, Heartbeat]:
        """Return the processes that hang, each with a heartbeat that did not come."""
        now = self._clock()
        self._watched += min(now - self._looked, LONGEST_LOOK)
        self._looked = now
        found = {}
        for sign in signs:
            known, since = self._last.get(sign.name, (None, 0.0))
            if known is None or known.at != sign.at:
                self._last[sign.name] = (sign, self._watched)
            elif self._watched - since > PATIENCE * sign.within:
                found[sign.process] = sign
        return found

    def started(self, process: str) -> None:
        """Note that a process has started: its silence counts from now, with extra patience."""
        since = self._watched + START_SECONDS
        for name, (sign, _) in self._last.items():
            if sign.process == process:
                self._last[name] = (sign, since)


class HangGuard:
    """Ends those of the supervisor's services that hang; their keepers start them again.

    `most_seconds` is 0 if none is to be ended. `alive` is called at each look, so that the guard
    itself can be watched.
    """

    def __init__(
        self,
        heartbeats: Heartbeats,
        keepers: Mapping[str, Keeper],
        most_seconds: int,
        alive: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._heartbeats = heartbeats
        self._keepers = keepers
        self._idle = most_seconds == 0
        self._alive = alive
        self._clock = clock
        self._watch = SilenceWatch(clock)
        self._pulse = heartbeats.pulse()
        self._within = pulse_within(most_seconds)
        self._next = clock()
        self._starts = {name: keeper.starts for name, keeper in keepers.items()}

    def look(self) -> None:
        """Check the heartbeats, at most about once a second, however often it is called."""
        if self._clock() < self._next:
            return
        self._next = self._clock() + LOOK_SECONDS
        self._alive()
        self._pulse.beat(self._within)
        for name, keeper in self._keepers.items():
            if keeper.starts != self._starts[name]:
                self._starts[name] = keeper.starts
                self._watch.started(name)
        for name, sign in self._watch.hung(self._heartbeats.all()).items():
            keeper_ = self._keepers.get(name)
            if keeper_ and not self._idle and keeper_.service.alive():
                end_hung(sign, keeper_.service.kill)


def end_hung(sign: Heartbeat, kill: Callable[[], None]) -> None:
    """End a process that gave no more signs, by force: it would not heed anything else."""
    log.error("process.hung", name=sign.process, loop=sign.loop, promised_within=sign.within)
    PROCESSES_HUNG.labels(sign.process).inc()
    kill()
