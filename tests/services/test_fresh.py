"""What takes time to find out is found out once for all who ask, and holds nobody up."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ivr.services.fresh import Fresh


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_it_is_found_out_once_a_second_however_many_ask() -> None:
    found, clock = [], Clock()

    def find() -> int:
        found.append(1)
        return len(found)

    fresh = Fresh(find, keeps=1.0, limit=30.0, clock=clock)
    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(lambda _: fresh.get(), range(200))) == {1}
    clock.now += 1.1
    assert fresh.get() == 2


def test_an_error_is_kept_as_long() -> None:
    clock, calls = Clock(), []

    def find() -> int:
        calls.append(1)
        raise OSError("away")

    fresh = Fresh(find, limit=30.0, clock=clock)
    for _ in range(3):
        with pytest.raises(OSError, match="away"):
            fresh.get()
    assert len(calls) == 1


def test_what_hangs_is_asked_once_and_waited_for_once() -> None:
    clock, calls, end = Clock(), [], threading.Event()

    def find() -> str:
        calls.append(1)
        end.wait()
        return "found"

    fresh = Fresh(find, limit=0.01, clock=clock)
    with pytest.raises(TimeoutError):
        fresh.get()
    clock.now += 60.0
    for _ in range(100):  # each at once: the limit is over
        with pytest.raises(TimeoutError):
            fresh.get()
    assert len(calls) == 1
    end.set()


def test_who_cannot_wait_is_told_what_was_found_before() -> None:
    clock, end = Clock(), threading.Event()
    answers = iter(["first", "second"])

    def find() -> str:
        found = next(answers)
        if found == "second":
            end.wait()
        return found

    fresh = Fresh(find, limit=30.0, clock=clock)
    assert fresh.soon(30.0) == "first"
    clock.now += 1.1
    assert fresh.soon(0.01) == "first"
    end.set()
    assert fresh.soon(30.0) == "second"


def test_where_nothing_was_ever_found_there_is_nothing() -> None:
    def find() -> str:
        raise OSError("away")

    assert Fresh(find).soon(30.0) is None
