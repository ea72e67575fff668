"""Work that has no limit of its own gets one."""

from __future__ import annotations

import threading

import pytest

from ivr.services.time_limit import run_within


def test_what_ends_in_time_gives_its_result() -> None:
    assert run_within(30, lambda: "done") == "done"


def test_what_raises_raises() -> None:
    def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        run_within(30, fail)


def test_what_does_not_end_in_time_is_waited_for_no_longer() -> None:
    release, ended = threading.Event(), threading.Event()

    def work() -> None:
        release.wait(30)
        ended.set()

    with pytest.raises(TimeoutError, match=r"within 0\.01 s"):
        run_within(0.01, work)
    release.set()
    assert ended.wait(30), "it goes on by itself"
