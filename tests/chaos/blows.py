"""Blows: processes of a running system, and browsers, are killed at random moments."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

import psutil

from ivr.cli._demo.stage import Stage
from tests.chaos.operators import Operator

BLOWS = {"web process": 5, "web server": 2, "relay": 3, "redis": 3, "browser": 4}


class Fate:
    """Strikes every few seconds, in a thread of its own, until it is over.

    `pause` is the mean of the seconds between two blows. With `power` Redis loses its last second
    too, as in a power cut.
    """

    def __init__(
        self,
        stage: Stage,
        operators: Sequence[Operator],
        seed: int,
        pause: float,
        power: bool = False,
    ) -> None:
        self.struck: Counter[str] = Counter()
        self.log: list[tuple[float, str]] = []
        self._stage, self._operators = stage, operators
        self._random = Random(f"{seed} fate")  # noqa: S311 - to be repeated
        self._pause = pause
        self._blows = BLOWS | ({"redis and its last second": 1} if power else {})
        self._sizes = AppendedFile(stage.settings.data / "redis")
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._strike, name="fate", daemon=True)

    def start(self) -> None:
        """From now on."""
        self._sizes.start()
        self._thread.start()

    def end(self) -> None:
        """No more blows."""
        self._over.set()
        self._thread.join()
        self._sizes.end()

    def _strike(self) -> None:
        while not self._over.wait(self._random.uniform(0.5, 1.5) * self._pause):
            blow = self._random.choices(list(self._blows), list(self._blows.values()))[0]
            self.log.append((time.time(), blow))
            if self._deal(blow):
                self.struck[blow] += 1

    def _deal(self, blow: str) -> bool:
        match blow:
            case "browser":
                self._random.choice(self._operators).browser_dies()
                return True
            case "redis":
                return self._kill(self._sizes.pid)
            case "redis and its last second":
                return self._cut_power()
            case "relay":
                return self._kill(*self._processes("ivr.processes.relay"))
            case "web server":
                return self._kill(*self._processes("ivr.processes.web")[:1])
            case _:
                return self._kill(
                    self._random.choice(self._processes("ivr.processes.web")[1:] or [0])
                )

    def _processes(self, module: str) -> list[int]:
        """Of this system alone: the first is the one that the supervisor has started."""
        found = []
        for process in psutil.Process(self._stage.server.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                if module in process.cmdline():
                    found.append(process.pid)
        return found

    def _kill(self, *pids: int) -> bool:
        for pid in filter(None, pids):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                return True
        return False

    def _cut_power(self) -> bool:
        supervisor = self._stage.server.pid
        os.kill(supervisor, signal.SIGSTOP)
        try:
            pid = self._sizes.pid
            if not self._kill(pid):
                return False
            with contextlib.suppress(psutil.NoSuchProcess):  # its parent stands still: a zombie
                while psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                    time.sleep(0.01)
            self._sizes.forget_last_second()
        finally:
            os.kill(supervisor, signal.SIGCONT)
        return True


class AppendedFile:
    """Redis's append-only file, and how long it was a second ago."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sizes: list[tuple[float, Path, int]] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="appended file", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        self._thread.join()

    @property
    def pid(self) -> int:
        """The server's process; 0 while it is away."""
        try:
            process = psutil.Process(int((self._folder / "redis.pid").read_text()))
            ours = Path(process.cwd()) == self._folder.resolve()
        except (OSError, ValueError, psutil.NoSuchProcess):
            return 0
        return process.pid if ours else 0

    def forget_last_second(self) -> None:
        """Cut the file to what it was a second ago, as the disk has it after a power cut."""
        now = time.monotonic()
        for at, path, size in reversed(self._sizes):
            if now - at >= 1.0 and path.exists():
                if path.stat().st_size > size:
                    os.truncate(path, size)
                return

    def _look(self) -> None:
        while not self._over.wait(0.1):
            files = sorted(self._folder.glob("appendonlydir/*.incr.aof"))
            if files:
                self._sizes.append((time.monotonic(), files[-1], files[-1].stat().st_size))
                del self._sizes[:-50]
