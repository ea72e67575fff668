"""Heartbeats in files: every process and loop says when it will be heard from again.

There is one small file per heartbeat, in a folder that the supervisor makes and its children
inherit, so that heartbeats work while Redis and the database are away. Times are those of
`time.monotonic`: one clock for all processes of a machine, which stops while the machine sleeps.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from pathlib import Path

from ivr.core.heartbeat import Heartbeat

FOLDER_VARIABLE = "TANGO_HEARTBEATS"
PROCESS_VARIABLE = "TANGO_PROCESS"
"""Environment variables in which children are told the folder, and their own name."""

START_SECONDS = 60.0
"""How long a process may take to its first sign: it reads its code from a cold disk."""

PATIENCE = 2.0
"""A process hangs when it was silent for so many times as long as it had promised."""

USUAL_SECONDS = 30
"""What IVR_HUNG_SECONDS is unless somebody sets it."""

PULSE_SECONDS = 1.0
"""How often a process gives its own sign."""

_BEAT = struct.Struct("<ddd")


def pulse_within(hung_seconds: int) -> float:
    """What a process promises that hangs after IVR_HUNG_SECONDS of silence (0: is never ended)."""
    return (hung_seconds or USUAL_SECONDS) / PATIENCE


class Pulse:
    """Gives the heartbeats of one process or loop. For one thread."""

    def __init__(self, path: Path | None, clock: Callable[[], float]) -> None:
        self._file: int | None = None
        if path is not None:
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._clock = clock
        self._failing_since: float | None = None

    def beat(self, within: float, *, failed: bool = False) -> None:
        """Be alive, and promise the next sign `within` so many seconds. `failed`: the last step."""
        if self._file is None:
            return
        now = self._clock()
        self._failing_since = (self._failing_since or now) if failed else None
        with suppress(OSError):  # where a sign cannot be given, silence tells as much
            os.pwrite(self._file, _BEAT.pack(now, within, self._failing_since or 0.0), 0)


class Heartbeats:
    """The heartbeats of one installation. `folder` is None if nobody watches."""

    def __init__(
        self, folder: Path | None, process: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder = folder
        self.process = process
        self._clock = clock

    @classmethod
    def here(cls, environ: MutableMapping[str, str] = os.environ) -> Heartbeats:
        """Those of the process that we are, as the supervisor has told us."""
        folder = environ.get(FOLDER_VARIABLE)
        return cls(Path(folder) if folder else None, environ.get(PROCESS_VARIABLE, ""))

    def pulse(self, loop: str = "", process: str = "") -> Pulse:
        """What this process, a loop of it, or another `process` on its behalf beats with."""
        if self._folder is None:
            return Pulse(None, self._clock)
        name = process or self.process
        return Pulse(self._folder / (f"{name}.{loop}" if loop else name), self._clock)

    def all(self) -> list[Heartbeat]:
        """The last sign of each, by name."""
        if self._folder is None:
            return []
        found = [_read(path) for path in sorted(self._folder.iterdir())]
        return [each for each in found if each]

    def now(self) -> float:
        """The time by the clock of the signs."""
        return self._clock()


NOBODY_WATCHES = Heartbeats(None, "")


def _read(path: Path) -> Heartbeat | None:
    try:
        at, within, failing_since = _BEAT.unpack(path.read_bytes())
    except (OSError, struct.error):  # just being made
        return None
    process, _, loop = path.name.partition(".")
    return Heartbeat(process, loop, at, within, failing_since or None)
