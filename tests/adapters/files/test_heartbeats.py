"""Signs of life: given by one process, read by another, with nothing but a folder between them."""

from __future__ import annotations

import threading
from pathlib import Path

from ivr.adapters.files.heartbeats import FOLDER_VARIABLE, PROCESS_VARIABLE, Heartbeats
from ivr.core.heartbeat import FAILING_SECONDS, Heartbeat
from ivr.processes.loops import Loop, run_loop


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def only(heartbeats: Heartbeats) -> Heartbeat:
    [found] = heartbeats.all()
    return found


def test_what_one_process_gives_another_reads(tmp_path: Path) -> None:
    clock = Clock()
    Heartbeats(tmp_path, "relay", clock).pulse("journal").beat(180.0)
    read = only(Heartbeats(tmp_path, "web-1", clock))
    assert read == Heartbeat("relay", "journal", at=1000.0, within=180.0)
    assert read.name == "relay/journal"
    assert not read.silent(1180.0)
    assert read.silent(1180.1)


def test_a_process_knows_its_name_and_folder_from_its_environment(tmp_path: Path) -> None:
    environ = {FOLDER_VARIABLE: str(tmp_path), PROCESS_VARIABLE: "fetcher"}
    Heartbeats.here(environ).pulse().beat(5.0)
    assert only(Heartbeats.here(environ)).name == "fetcher"


def test_where_nobody_watches_no_sign_is_given() -> None:
    heartbeats = Heartbeats.here({})
    heartbeats.pulse("journal").beat(5.0)
    assert heartbeats.all() == []


def test_a_sign_that_is_just_being_made_is_none_yet(tmp_path: Path) -> None:
    (tmp_path / "relay").touch()
    assert Heartbeats(tmp_path, "web-1").all() == []


class Rounds(threading.Event):
    """A stop event that is set after so many pauses, each of which passes at once by the clock."""

    def __init__(self, clock: Clock, rounds: int) -> None:
        super().__init__()
        self.clock, self.left = clock, rounds

    def wait(self, timeout: float | None = None) -> bool:
        self.clock.now += timeout or 0.0
        self.left -= 1
        if not self.left:
            self.set()
        return self.is_set()


def test_a_loop_promises_its_pause_and_its_longest_step(tmp_path: Path) -> None:
    clock = Clock()
    heartbeats = Heartbeats(tmp_path, "relay", clock)
    during: list[float] = []

    def step() -> None:
        during.append(only(heartbeats).within)

    run_loop(Loop("purge", step, pause=3600.0, longest=60.0), Rounds(clock, 1), heartbeats)
    assert during == [60.0]
    assert only(heartbeats).within == 3660.0


def test_a_loop_that_fails_again_and_again_lives_but_is_failing(tmp_path: Path) -> None:
    clock = Clock()
    heartbeats = Heartbeats(tmp_path, "relay", clock)

    def step() -> None:
        raise OSError("away")

    loop = Loop("journal", step, pause=1.0)
    run_loop(loop, Rounds(clock, 3), heartbeats)
    read = only(heartbeats)
    assert not read.silent(clock.now)
    assert not read.failing(clock.now)
    assert read.failing(1000.0 + FAILING_SECONDS + 1)


def test_one_success_ends_that(tmp_path: Path) -> None:
    clock = Clock()
    heartbeats = Heartbeats(tmp_path, "relay", clock)
    outcomes = iter([OSError(), OSError(), None])

    def step() -> None:
        if (outcome := next(outcomes)) is not None:
            raise outcome

    run_loop(Loop("journal", step, pause=1.0), Rounds(clock, 3), heartbeats)
    assert only(heartbeats).failing_since is None
