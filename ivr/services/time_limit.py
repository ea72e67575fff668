"""A time limit for work that has none of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def run_within(seconds: float, work: Callable[[], T]) -> T:
    """Return the result of `work` if it ends within `seconds`; raise what it raises.

    Raises `TimeoutError` otherwise. The work cannot be stopped: it continues in a thread of its
    own, so it must be harmless if it ends later.
    """
    running = in_thread(work)
    try:
        return running.result(timeout=seconds)
    except TimeoutError as error:
        if running.done() and running.exception() is error:  # the work's own
            raise
        raise TimeoutError(f"There was no answer within {seconds:g} s.") from None


def in_thread(work: Callable[[], T]) -> Future[T]:
    """Run `work` in a daemon thread and return its future."""
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
