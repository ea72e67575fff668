"""The relay's loops: they survive every error and stop when told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from redis import Redis

from ivr.adapters.sql import migrate
from ivr.errors import RecordsUnavailable, SettingsError, StateUnavailable, TangoError
from ivr.keys import JOURNAL
from ivr.processes.loops import LONGEST_PAUSE, Loop, run_loop, run_loops
from ivr.processes.relay import loops
from ivr.settings import Settings
from ivr.simulator import Carrier
from tests.flow_files import always_open

PROJECT = Path(__file__).parents[2]


class Recorder(threading.Event):
    """A stop event that notes the pauses instead of waiting, and is set after `rounds`."""

    def __init__(self, rounds: int) -> None:
        super().__init__()
        self.rounds = rounds
        self.pauses: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.pauses.append(timeout)
        if len(self.pauses) == self.rounds:
            self.set()
        return self.is_set()


@pytest.fixture
def carrier(settings: Settings) -> Iterator[Carrier]:
    """A carrier that can be asked, at which nothing goes on."""
    public_url, account, token = settings.public_url, settings.account_sid, settings.auth_token
    with Carrier(public_url, public_url, account, token) as carrier:
        yield carrier


def failing(times: int, error: Exception) -> Callable[[], int]:
    """A step that fails `times` times and then finds nothing to do."""
    left = [times]

    def step() -> int:
        left[0] -= 1
        if left[0] >= 0:
            raise error
        return 0

    return step


def test_a_loop_goes_on_at_once_while_there_is_work() -> None:
    work = iter([3, 1, 0, 0])
    stop = Recorder(rounds=4)
    run_loop(Loop("test", lambda: next(work), pause=7.0), stop)
    assert stop.pauses == [0.0, 0.0, 7.0, 7.0]


@pytest.mark.parametrize(
    "error", [RecordsUnavailable("away"), StateUnavailable("away"), ZeroDivisionError("a fault")]
)
def test_a_loop_survives_any_error_and_waits_longer_each_time(error: Exception) -> None:
    labels = {"loop": type(error).__name__}
    stop = Recorder(rounds=9)
    run_loop(Loop(labels["loop"], failing(8, error), pause=7.0), stop)
    assert stop.pauses == [0.5, 1, 2, 4, 8, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE, 7.0]
    assert REGISTRY.get_sample_value("tango_relay_errors_total", labels) == 8


def test_a_loop_that_recovered_begins_with_short_pauses_again() -> None:
    outcomes = iter([OSError(), OSError(), None, OSError()])

    def step() -> None:
        if (outcome := next(outcomes)) is not None:
            raise outcome

    stop = Recorder(rounds=4)
    run_loop(Loop("recovering", step, pause=7.0), stop)
    assert stop.pauses == [0.5, 1.0, 7.0, 0.5]


def test_a_loop_that_is_stuck_does_not_hold_up_the_others() -> None:
    stop, other_ran = threading.Event(), threading.Event()

    def stuck() -> None:
        assert other_ran.wait(30)
        stop.set()

    run_loops([Loop("stuck", stuck, 0.0), Loop("other", other_ran.set, 0.01)], stop)
    assert other_ran.is_set()


def test_every_loop_runs_on_real_redis_and_a_real_database(
    settings: Settings, redis: Redis, carrier: Carrier
) -> None:
    migrate(settings.database_url)
    settings.flows.mkdir(exist_ok=True)
    for loop in loops(replace(settings, twilio_api_url=carrier.api_url)):
        loop.step()


def test_no_loop_ends_the_relay_where_redis_is_away(settings: Settings) -> None:
    migrate(settings.database_url)
    for loop in loops(replace(settings, redis_url="redis://127.0.0.1:1")):
        run_loop(loop, Recorder(rounds=1))


def test_what_a_loop_says_where_redis_is_away_is_foreseen(
    settings: Settings, carrier: Carrier
) -> None:
    migrate(settings.database_url)
    settings.flows.mkdir(exist_ok=True)
    away = replace(settings, redis_url="redis://127.0.0.1:1", twilio_api_url=carrier.api_url)
    said = {loop.name for loop in loops(away) if _says_redis_is_away(loop)}
    drains = {"journal", "facts", "queue-facts"}
    assert said >= {*drains, "dispatch", "ringing", "reconcile", "speech-home", "reservations"}


def _says_redis_is_away(loop: Loop) -> bool:
    """Whether a step raises what is told in one line; fails where it raises Redis's own errors."""
    try:
        loop.step()
    except TangoError as error:
        return isinstance(error, StateUnavailable)
    return False


def test_the_process_ends_on_sigterm(settings: Settings, redis: Redis, carrier: Carrier) -> None:
    migrate(settings.database_url)
    environ = {
        **os.environ,
        "PYTHONPATH": str(PROJECT),
        "IVR_DATA": str(settings.data),
        "IVR_REDIS_URL": settings.redis_url or "",
        "IVR_DATABASE_URL": settings.database_url,
        "IVR_TWILIO_API_URL": carrier.api_url,
    }
    command = [sys.executable, "-m", "ivr.processes.relay"]
    process = subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not redis.exists(JOURNAL):  # until it reads the journal
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    logged = [json.loads(line) for line in process.communicate(timeout=30)[1].splitlines()]
    assert [line for line in logged if line["level"] != "info"] == []
    assert process.returncode == 0


def test_a_wrong_address_of_the_mail_server_stops_e_mails_alone(settings: Settings) -> None:
    flows = always_open(settings.data.parent / "open flows")
    migrate(settings.database_url)
    wrong = replace(settings, flows=flows, smtp_url="mail.example")
    steps = {loop.name: loop.step for loop in loops(wrong)}
    with pytest.raises(SettingsError):
        steps["delivery"]()
    assert steps["events"]() == 0
    assert steps["texts"]() == 0
