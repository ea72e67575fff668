"""Heartbeats of the web processes, and the end of those that hang.

gunicorn ends a process whose main thread is silent. Ours must also have a free thread now and then:
a process whose threads all wait for ever answers nobody. And a machine that slept is not a hung
process.
"""

from __future__ import annotations

import signal
import time
from concurrent.futures import Future
from functools import partial
from itertools import count
from typing import Any

from gunicorn.arbiter import Arbiter

from ivr.adapters.files.heartbeats import PULSE_SECONDS, START_SECONDS, Heartbeats, pulse_within
from ivr.processes.hangs import SilenceWatch, end_hung

THREADS_SECONDS = 30.0
"""How long all threads of a process may be busy at once; the carrier gives up after 15 seconds."""


class WatchingArbiter(Arbiter):
    """gunicorn's arbiter, which gives signs of life and watches those of its processes."""

    def __init__(self, app: Any, hung_seconds: int) -> None:
        super().__init__(app)
        self._heartbeats = Heartbeats.here()
        self._pulse = self._heartbeats.pulse()
        self._hung_seconds = hung_seconds
        self._watch = SilenceWatch()

    def number(self, worker: Any) -> None:
        """Name a process that is about to start: `web-1`, or the first that is free."""
        taken = {each.name for each in self._workers().values()}
        worker.name = next(name for n in count(1) if (name := f"web-{n}") not in taken)
        self._heartbeats.pulse(process=worker.name).beat(START_SECONDS)
        self._watch.started(worker.name)

    def _workers(self) -> dict[int, Any]:
        return dict(self.WORKERS)

    def murder_workers(self) -> None:
        """End those that hang; gunicorn calls this about once a second."""
        self._pulse.beat(pulse_within(self._hung_seconds))
        hung = self._watch.hung(self._heartbeats.all())
        for pid, worker in self._workers().items():
            if worker.name in hung and self._hung_seconds:
                end_hung(hung[worker.name], partial(self.kill_worker, pid, signal.SIGKILL))
                self._watch.started(worker.name)


def give_signs(worker: Any, hung_seconds: int) -> None:
    """Have a web process give signs: of its main thread, and of its having a thread to answer with.

    gunicorn has its main thread notify its arbiter about once a second; we go with that.
    """
    heartbeats = Heartbeats.here()
    main, threads = heartbeats.pulse(), heartbeats.pulse("threads")
    within = pulse_within(hung_seconds)
    notify = worker.notify
    due, asked = 0.0, Future[None]()
    asked.set_result(None)
    threads.beat(THREADS_SECONDS)

    def give() -> None:
        nonlocal due, asked
        notify()
        now = time.monotonic()
        if now < due:
            return
        due = now + PULSE_SECONDS
        main.beat(within)
        if asked.done():
            asked = worker.tpool.submit(threads.beat, THREADS_SECONDS)

    worker.notify = give
