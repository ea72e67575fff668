"""A limit in time for what has none of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TypeVar, cast

T = TypeVar("T")


def run_within(seconds: float, work: Callable[[], T]) -> T:
    """What `work` returns, if it ends within `seconds`; its exception where it raises one.

    Raises `TimeoutError` where it does not end in time. Nothing can stop it: it goes on in a
    thread of its own, so it must be something that does no harm later.
    """
    ended: SimpleQueue[tuple[T | None, BaseException | None]] = SimpleQueue()

    def run() -> None:
        try:
            ended.put((work(), None))
        except BaseException as error:
            ended.put((None, error))

    threading.Thread(target=run, name="time-limit", daemon=True).start()
    try:
        result, error = ended.get(timeout=seconds)
    except Empty:
        raise TimeoutError(f"There was no answer within {seconds:g} s.") from None
    if error is not None:
        raise error
    return cast(T, result)
