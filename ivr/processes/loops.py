"""Processes that do a few things again and again, each in a thread of its own.

A loop survives every error: it logs it, pauses (longer each time) and goes on. It gives a sign of
life before each step and each pause; one whose step never ends is found out by that.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from ivr.adapters.files.heartbeats import NOBODY_WATCHES, PULSE_SECONDS, Heartbeats, pulse_within
from ivr.adapters.system.parent import end_with_supervisor
from ivr.errors import TangoError
from ivr.log import configure_logging
from ivr.metrics import RELAY_ERRORS
from ivr.settings import Settings, load_settings

log = structlog.get_logger()

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0

STEP_SECONDS = 180.0
"""What a step takes at most: half a minute of e-mails, the last to a mail server that is slow."""


@dataclass(frozen=True, slots=True)
class Loop:
    """`step` is done again and again, with `pause` seconds after one that found no work.

    One that takes longer than `longest` seconds counts as late, and twice as long as hung: its
    process is ended. So a step that may take longer says so here.
    """

    name: str
    step: Callable[[], object]
    pause: float
    longest: float = STEP_SECONDS


def run_loop(loop: Loop, stop: threading.Event, heartbeats: Heartbeats = NOBODY_WATCHES) -> None:
    """Go round until `stop` is set."""
    failures = 0
    pulse = heartbeats.pulse(loop.name)
    while not stop.is_set():
        pulse.beat(loop.longest, failed=failures > 0)
        try:
            worked = loop.step()
        except Exception as error:
            pause = min(FIRST_PAUSE * 2**failures, LONGEST_PAUSE)
            failures += 1
            _report(loop.name, error, pause)
        else:
            failures = 0
            pause = 0.0 if worked else loop.pause
        pulse.beat(pause + loop.longest, failed=failures > 0)
        stop.wait(pause)


def run_loops(
    running: Sequence[Loop], stop: threading.Event, heartbeats: Heartbeats = NOBODY_WATCHES
) -> None:
    """Run the loops side by side until `stop` is set and each has finished its step."""
    threads = [
        threading.Thread(target=run_loop, args=(loop, stop, heartbeats), name=loop.name)
        for loop in running
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
    running = [_pulse(settings), *loops(settings)]
    runner = threading.Thread(target=run_loops, args=(running, stop, Heartbeats.here()))
    runner.start()
    signal.sigwait(wanted)
    stop.set()
    runner.join()


def _pulse(settings: Settings) -> Loop:
    """The process's own sign: whether it runs at all."""
    within = pulse_within(settings.hung_seconds)
    return Loop("", lambda: None, PULSE_SECONDS, within)


def _report(name: str, error: Exception, pause: float) -> None:
    RELAY_ERRORS.labels(name).inc()
    # What we foresaw is told in a line; for anything else a developer needs the traceback.
    foreseen = isinstance(error, TangoError)
    log.error(
        "loop failed",
        loop=name,
        error=f"{type(error).__name__}: {error}",
        goes_on_in=pause,
        exc_info=None if foreseen else error,
    )
