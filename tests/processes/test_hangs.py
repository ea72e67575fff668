"""Which processes hang, told from their signs of life; and that only they are ended."""

from __future__ import annotations

from pathlib import Path

from ivr.adapters.files.heartbeats import START_SECONDS, Heartbeats
from ivr.processes.children import Keeper
from ivr.processes.hangs import LONGEST_LOOK, HangGuard, SilenceWatch

HOURS = 3600.0


class Scene:
    """A folder of signs, and a clock that the test moves."""

    def __init__(self, folder: Path) -> None:
        self.now = 1000.0
        self.heartbeats = Heartbeats(folder, "supervisor", lambda: self.now)
        self.relay = self.heartbeats.pulse(process="relay")
        self.journal = self.heartbeats.pulse("journal", process="relay")
        self.watch = SilenceWatch(lambda: self.now)

    def hung(self) -> list[str]:
        """Who hangs at this look."""
        return sorted(self.watch.hung(self.heartbeats.all()))

    def watch_for(self, seconds: float, *beating: float) -> list[str]:
        """Who hangs at the last of the looks that come every second, while the relay beats with
        the promise that is given, or with none."""
        hung: list[str] = []
        for _ in range(round(seconds)):
            self.now += 1.0
            for within in beating:
                self.relay.beat(within)
            hung = self.hung()
        return hung


def test_who_keeps_giving_signs_does_not_hang(tmp_path: Path) -> None:
    assert Scene(tmp_path).watch_for(100, 5.0) == []


def test_who_is_silent_for_twice_as_long_as_promised_hangs(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.relay.beat(5.0)
    assert scene.hung() == []
    assert scene.watch_for(10) == []
    assert scene.watch_for(1) == ["relay"]


def test_one_loop_that_is_stuck_is_a_process_that_hangs(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.journal.beat(20.0)
    scene.hung()
    assert scene.watch_for(40, 5.0) == []
    assert scene.watch_for(1, 5.0) == ["relay"]


def test_an_hour_of_work_that_was_promised_is_no_hang(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.journal.beat(HOURS)
    scene.hung()
    assert scene.watch_for(HOURS, 5.0) == []


def test_after_a_machine_has_slept_nobody_hangs(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.relay.beat(5.0)
    scene.hung()
    for _ in range(3):
        scene.now += 8 * HOURS  # nobody looked meanwhile, as we slept too
        assert scene.hung() == []
    assert LONGEST_LOOK < 5.0
    scene.relay.beat(5.0)
    assert scene.watch_for(10) == []


def test_a_process_that_was_started_again_may_take_its_time(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.relay.beat(5.0)
    scene.hung()
    assert scene.watch_for(11) == ["relay"]
    scene.watch.started("relay")
    assert scene.watch_for(START_SECONDS + 10) == []
    assert scene.watch_for(1) == ["relay"]


def test_its_first_sign_ends_that_patience(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.relay.beat(5.0)
    scene.hung()
    scene.watch.started("relay")
    scene.now += 1.0
    scene.relay.beat(5.0)
    scene.hung()
    assert scene.watch_for(11) == ["relay"]


class Puppet:
    """A service that runs until it is killed."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.running = True
        self.killed = 0

    def start(self) -> None:
        self.running = True

    def alive(self) -> bool:
        return self.running

    def kill(self) -> None:
        self.killed += 1
        self.running = False


def guarded(tmp_path: Path, most_seconds: int) -> tuple[Puppet, Puppet, Keeper]:
    """A relay that hangs and a fetcher that does not, after half a minute under guard."""
    scene = Scene(tmp_path)
    relay, fetcher = Puppet("relay"), Puppet("fetcher")
    keepers = {each.name: Keeper(each, lambda: scene.now) for each in (relay, fetcher)}
    guard = HangGuard(scene.heartbeats, keepers, most_seconds, clock=lambda: scene.now)
    scene.relay.beat(5.0)
    for _ in range(30):
        scene.now += 1.0
        scene.heartbeats.pulse(process="fetcher").beat(5.0)
        guard.look()
        for keeper in keepers.values():
            keeper.check()
    return relay, fetcher, keepers["relay"]


def test_who_hangs_is_ended_once_and_started_again(tmp_path: Path) -> None:
    relay, fetcher, keeper = guarded(tmp_path, 10)
    assert (relay.killed, relay.running, keeper.starts) == (1, True, 1)
    assert (fetcher.killed, fetcher.running) == (0, True)


def test_nobody_is_ended_where_that_is_switched_off(tmp_path: Path) -> None:
    relay, *_ = guarded(tmp_path, 0)
    assert relay.killed == 0
