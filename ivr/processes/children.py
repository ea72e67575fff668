"""Processes that are started again whenever they end, sooner at first than later."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import structlog

from ivr.adapters.files.heartbeats import PROCESS_VARIABLE
from ivr.adapters.system.parent import SUPERVISOR_VARIABLE
from ivr.errors import ProcessError
from ivr.metrics import PROCESS_RESTARTS
from ivr.project import IMPORT_ROOT

log = structlog.get_logger()

STEADY_SECONDS = 10.0
"""A process that lived so long is started again at once."""

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0

INSIST_SECONDS = 2.0
"""Time between the second request to stop and the end by force."""


PYTHON = (sys.executable, "-P")
"""The command that runs our modules; the folder where Tango was started is not searched (-P)."""


def with_our_modules(environ: Mapping[str, str]) -> dict[str, str]:
    """`environ` for a Python that is to find our package as we did, wherever it runs."""
    path = os.pathsep.join(filter(None, (str(IMPORT_ROOT), environ.get("PYTHONPATH"))))
    return {**environ, "PYTHONPATH": path}


class Service(Protocol):
    """Something that runs and is to be kept running."""

    name: str

    def start(self) -> None:
        """Start it; it is not alive now. May raise `OSError` or `ProcessError`."""

    def alive(self) -> bool:
        """Whether it runs."""

    def kill(self) -> None:
        """End it by force."""


class Child:
    """A Python process of ours, `python ARGUMENTS…`, in a process group of its own.

    The group keeps a Ctrl-C at the terminal from it: the supervisor stops its children in
    order. `pass_fds` are file descriptors that it inherits.
    """

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        environ: Mapping[str, str],
        pass_fds: Sequence[int] = (),
    ) -> None:
        self.name = name
        self._command = [*PYTHON, *arguments]
        self._environ = {
            **with_our_modules(environ),
            SUPERVISOR_VARIABLE: str(os.getpid()),
            PROCESS_VARIABLE: name,
        }
        self._pass_fds = tuple(pass_fds)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process."""
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            self._command,
            env=self._environ,
            pass_fds=self._pass_fds,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it runs."""
        if self._process is not None and self.alive():
            self._process.send_signal(number)

    def wait(self, seconds: float) -> bool:
        """Wait until it has ended; False where it still runs after `seconds`."""
        if self._process is None:
            return True
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, seconds))
        return not self.alive()

    def kill(self) -> None:
        """End it by force, and whatever it has started."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self.wait(INSIST_SECONDS)  # one that waits for a disk that is away ends later


class Keeper:
    """Starts one service again when it has ended."""

    def __init__(self, service: Service, clock: Callable[[], float] = time.monotonic) -> None:
        self.service = service
        self.starts = 0
        self._clock = clock
        self._started = clock()
        self._pause = 0.0
        self._due: float | None = None

    def check(self) -> None:
        """Look at the service, and start it if it has ended and its pause is over."""
        if self.service.alive():
            return
        now = self._clock()
        if self._due is None:
            if now - self._started >= STEADY_SECONDS:
                self._pause = 0.0
            self._due = now + self._pause
            log.error("process ended", name=self.service.name, starts_again_in=self._pause)
            self._pause = min(max(2 * self._pause, FIRST_PAUSE), LONGEST_PAUSE)
        if now >= self._due:
            self._due, self._started = None, now
            self.starts += 1
            PROCESS_RESTARTS.labels(self.service.name).inc()
            try:
                self.service.start()
            except (OSError, ProcessError) as error:  # the others go on; tried again later
                log.error("process does not start", name=self.service.name, error=str(error))


def stop_children(children: Sequence[Child], seconds: float) -> None:
    """Stop processes side by side: SIGTERM, after `seconds` again, and then by force."""
    for patience in (seconds, INSIST_SECONDS):
        for child in children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + patience
        if all(child.wait(deadline - time.monotonic()) for child in children):
            return
    for child in children:
        if child.alive():
            log.error("process killed because it did not stop", name=child.name)
            child.kill()
