"""A limit in time for what has none of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def run_within(seconds: float, work: Callable[[], T]) -> T:
    """What `work` returns, if it ends within `seconds`; its exception where it raises one.

    Raises `TimeoutError` where it does not end in time. Nothing can stop it: it goes on in a
    thread of its own, so it must be something that does no harm later.
    """
    running = in_thread(work)
    try:
        return running.result(timeout=seconds)
    except TimeoutError as error:
        if running.done() and running.exception() is error:  # the work's own
            raise
        raise TimeoutError(f"There was no answer within {seconds:g} s.") from None


def in_thread(work: Callable[[], T]) -> Future[T]:
    """What will come of `work`, which is begun in a thread that keeps no process from ending."""
    running: Future[T] = Future()

    def run() -> None:
        try:
            result = work()
        except BaseException as error:  # whoever asks is told
            running.set_exception(error)
        else:
            running.set_result(result)

    threading.Thread(target=run, name="time-limit", daemon=True).start()
    return running
