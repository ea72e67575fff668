"""Children: started again when they end, and stopped together."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import psutil
import pytest

from ivr.errors import ProcessError
from ivr.processes.children import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    STEADY_SECONDS,
    Child,
    Keeper,
    stop_children,
)
from ivr.processes.supervisor import LOOK_SECONDS


class Fragile:
    """A service that is alive when the test says so."""

    name = "fragile"

    def __init__(self) -> None:
        self.running = True
        self.starts = 0
        self.fault: Exception | None = None

    def start(self) -> None:
        if self.fault:
            raise self.fault
        self.running = True
        self.starts += 1

    def alive(self) -> bool:
        return self.running

    def kill(self) -> None:
        self.running = False


class Kept:
    """A fragile service, its keeper, and a clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.service = Fragile()
        self.keeper = Keeper(self.service, lambda: self.now)

    def pause_after_death(self) -> float:
        """Let the service die, and measure how long it stays away, in looks of 10 ms."""
        self.service.running = False
        died = self.now
        self.keeper.check()
        while not self.service.running:
            self.now += 0.01
            self.keeper.check()
        return self.now - died


def test_a_service_that_runs_is_left_alone() -> None:
    kept = Kept()
    kept.keeper.check()
    assert kept.service.starts == 0


def test_a_service_that_ended_starts_at_the_next_look() -> None:
    """So embedded Redis is back within 0.2 s: a look, and the start itself."""
    kept = Kept()
    assert kept.pause_after_death() == 0
    assert LOOK_SECONDS <= 0.1


def test_a_service_that_keeps_ending_is_started_less_and_less_often() -> None:
    kept = Kept()
    pauses = [kept.pause_after_death() for _ in range(9)]
    assert pauses[:4] == pytest.approx([0, FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE], abs=0.02)
    assert pauses[-1] == pytest.approx(LONGEST_PAUSE, abs=0.02)


def test_a_service_that_ran_steadily_starts_at_once_again() -> None:
    kept = Kept()
    for _ in range(5):
        kept.pause_after_death()
    kept.now += STEADY_SECONDS
    assert kept.pause_after_death() == 0


@pytest.mark.parametrize("fault", [OSError("no memory"), ProcessError("no folder")])
def test_a_service_that_cannot_start_is_tried_again(fault: Exception) -> None:
    kept = Kept()
    kept.service.running = False
    kept.service.fault = fault
    kept.keeper.check()
    assert kept.service.starts == 0
    kept.service.fault = None
    assert kept.pause_after_death() >= FIRST_PAUSE
    assert kept.service.starts == 1


READY = "import sys; print(flush=True); "
OBEDIENT = READY + "import time; time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + OBEDIENT
PARENT_OF_STUBBORN = (
    "import subprocess, sys, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    f"subprocess.run([sys.executable, '-c', {STUBBORN!r}])"
)


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """A pipe to whose end a child writes when it is ready."""
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def started(script: str, pipe: tuple[int, int]) -> Child:
    """A child that runs `script`, once it has said that it is ready."""
    into_pipe = f"import os; os.dup2({pipe[1]}, 1); " + script
    child = Child("test", ["-c", into_pipe], os.environ, pass_fds=[pipe[1]])
    child.start()
    os.read(pipe[0], 1)
    return child


def test_a_child_that_obeys_is_stopped_gently(pipe: tuple[int, int]) -> None:
    child = started(OBEDIENT, pipe)
    stop_children([child], 30)
    assert not child.alive()


def test_a_child_that_does_not_obey_is_killed_with_all_it_started(
    pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.processes.children.INSIST_SECONDS", 0.05)
    child = started(PARENT_OF_STUBBORN, pipe)
    assert child._process
    tree = psutil.Process(child._process.pid).children(recursive=True)
    assert tree
    stop_children([child], 0.05)
    assert not child.alive()
    assert psutil.wait_procs(tree, timeout=60)[1] == []


def test_a_child_finds_our_modules_and_not_those_of_the_folder(pipe: tuple[int, int]) -> None:
    child = started("import ivr, sys; assert '' not in sys.path; " + OBEDIENT, pipe)
    assert child.alive()
    stop_children([child], 30)


def test_a_child_that_was_never_started_is_stopped_already() -> None:
    child = Child("test", ["-c", ""], {})
    assert not child.alive()
    stop_children([child], 30)
    assert sys.executable in child._command
