"""Processes that do a few things again and again, each in a thread of its own.

A loop survives every error: it logs it, pauses (longer each time) and goes on.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from redis import RedisError

from ivr.errors import TangoError
from ivr.log import configure_logging
from ivr.metrics import RELAY_ERRORS
from ivr.processes.parent import end_with_supervisor
from ivr.settings import Settings, load_settings

log = structlog.get_logger()

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0


@dataclass(frozen=True, slots=True)
class Loop:
    """`step` is done again and again, with `pause` seconds after one that found no work."""

    name: str
    step: Callable[[], object]
    pause: float


def run_loop(loop: Loop, stop: threading.Event) -> None:
    """Go round until `stop` is set."""
    failures = 0
    while not stop.is_set():
        try:
            worked = loop.step()
        except Exception as error:
            pause = min(FIRST_PAUSE * 2**failures, LONGEST_PAUSE)
            failures += 1
            _report(loop.name, error, pause)
        else:
            failures = 0
            pause = 0.0 if worked else loop.pause
        stop.wait(pause)


def run_loops(running: Sequence[Loop], stop: threading.Event) -> None:
    """Run the loops side by side until `stop` is set and each has finished its step."""
    threads = [
        threading.Thread(target=run_loop, args=(loop, stop), name=loop.name) for loop in running
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def run_process(name: str, loops: Callable[[Settings], Sequence[Loop]]) -> None:
    """Be the process `name` and run its loops until SIGTERM."""
    end_with_supervisor()
    settings = load_settings()
    configure_logging(name, settings)
    stop = threading.Event()
    wanted = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, wanted)  # inherited by the threads
    runner = threading.Thread(target=run_loops, args=(loops(settings), stop))
    runner.start()
    signal.sigwait(wanted)
    stop.set()
    runner.join()


def _report(name: str, error: Exception, pause: float) -> None:
    RELAY_ERRORS.labels(name).inc()
    # What we foresaw is told in a line; for anything else a developer needs the traceback.
    foreseen = isinstance(error, TangoError | RedisError)
    log.error(
        "loop failed",
        loop=name,
        error=f"{type(error).__name__}: {error}",
        goes_on_in=pause,
        exc_info=None if foreseen else error,
    )
