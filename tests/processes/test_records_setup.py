"""A server starts without its records, and sets them up as soon as it can."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from ivr.errors import RecordsError, RecordsUnavailable
from ivr.processes.records_setup import RecordsSetup


def failing(times: int, error: Exception, done: threading.Event) -> Callable[[], None]:
    """Fails so many times, then sets `done`."""
    left = [error] * times

    def migrate() -> None:
        if left:
            raise left.pop()
        done.set()

    return migrate


def test_a_database_that_answers_is_ready_at_the_start() -> None:
    assert RecordsSetup(lambda: None).start()


def test_one_that_is_away_is_set_up_once_it_is_back() -> None:
    done = threading.Event()
    setup = RecordsSetup(failing(3, RecordsUnavailable("refused"), done), 0.001)
    assert not setup.start()
    assert done.wait(30)


def test_a_start_does_not_wait_for_one_that_hangs() -> None:
    release = threading.Event()

    def hang() -> None:
        release.wait(60)

    setup = RecordsSetup(hang)
    assert not setup.start(seconds=0.01)
    release.set()


def test_one_of_a_newer_version_is_refused_at_the_start() -> None:
    setup = RecordsSetup(failing(1, RecordsError("use a newer one"), threading.Event()))
    with pytest.raises(RecordsError, match="newer"):
        setup.start()
    setup.stop()


def test_after_stop_nothing_is_tried_any_more() -> None:
    done = threading.Event()
    setup = RecordsSetup(failing(10**6, RecordsUnavailable("refused"), done), 0.001)
    setup.start()
    setup.stop()
    assert not done.is_set()
