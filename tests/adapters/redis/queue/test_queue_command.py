"""`python -m ivr queue` as operators and their scripts use it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.core.queue.entry import QueueEntry
from tests.adapters.redis.queue.carrier_rest import CarrierRest

Command = Callable[..., "subprocess.CompletedProcess[str]"]
AGENCY = """
agency:
  operators:
    sam: {name: Sam Okafor, phone: "+44 7700 900301"}
    joy: {name: Joy Pereira}
"""


@pytest.fixture
def command(tmp_path: Path, redis_server: str, carrier: CarrierRest) -> Command:
    """Runs `python -m ivr queue …` in an installation of its own."""
    flows = tmp_path / "flows"
    flows.mkdir()
    (flows / "agency.yaml").write_text(AGENCY, encoding="utf-8")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("IVR_")}
    environ |= {
        "PYTHONPATH": str(Path(__file__).parents[4]),
        "IVR_FLOWS": str(flows),
        "IVR_DATA": str(tmp_path / "var"),
        "IVR_REDIS_URL": redis_server,
        "IVR_TWILIO_API_URL": carrier.url,
    }

    def run(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ivr", "queue", *arguments],
            cwd=tmp_path,
            env=environ | changes,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def callers(queue: RedisOperatorQueue) -> list[QueueEntry]:
    """Two callers who wait: a plain one for a while, and after them one of high priority."""
    now = datetime.now(UTC)
    plain = QueueEntry(
        "CA1", "acme", "+441632960001", "+442079460018", 5, (), now - timedelta(seconds=90), 600
    )
    vip = replace(plain, call_sid="CA2", client="harbour", caller="", priority=9, joined_at=now)
    for ticket in (plain, vip):
        queue.wait(ticket, now)
    return [vip, plain]


def test_the_list_for_programs_has_the_promised_names(
    command: Command, callers: list[QueueEntry]
) -> None:
    first, second = json.loads(command("--json").stdout)
    assert first["call_sid"] == "CA2"
    waiting = second.pop("waiting_s")
    assert second == {
        "call_sid": "CA1",
        "client": "acme",
        "caller": "+441632960001",
        "priority": 5,
        "callback": None,
    }
    assert 90 <= waiting < 150


def test_the_list_for_people_is_in_order_of_service(
    command: Command, callers: list[QueueEntry]
) -> None:
    lines = command().stdout.splitlines()
    assert "harbour" in lines[1]
    assert "number withheld" in lines[1]
    assert "+441632960001" in lines[2]


def test_an_empty_queue_is_said_to_be_empty(command: Command, queue: RedisOperatorQueue) -> None:
    plain, programs = command(), command("--json")
    assert (plain.returncode, plain.stdout) == (0, "No callers waiting.\n")
    assert (programs.returncode, json.loads(programs.stdout)) == (0, [])


def test_taking_claims_the_next_caller_and_rings_the_operator(
    command: Command, callers: list[QueueEntry], queue: RedisOperatorQueue, carrier: CarrierRest
) -> None:
    result = command("take", "--operator", "sam", "--json")
    taken = json.loads(result.stdout)
    reservation = queue.reservation_of("sam")
    assert result.returncode == 0
    assert reservation is not None
    assert taken["call_sid"] == "CA2"
    assert taken["reservation"] == reservation.id
    assert taken["room"] == reservation.room
    assert taken["ringing"] == carrier.calls[0]["To"] == "+447700900301"
    assert [c["call_sid"] for c in json.loads(command("--json").stdout)] == ["CA1"]


def test_the_number_to_ring_can_be_given(
    command: Command, callers: list[QueueEntry], carrier: CarrierRest
) -> None:
    result = command("take", "--operator", "joy", "--phone", "+44 1632 960777")
    assert "joy is being rung on +441632960777" in result.stdout
    assert carrier.calls[0]["To"] == "+441632960777"


@pytest.mark.parametrize(
    ("operator", "why"),
    [("joy", "joy has no telephone"), ("smm", "not in agency.yaml; did you mean 'sam'?")],
)
def test_without_a_telephone_it_says_plainly_that_nobody_is_rung(
    command: Command,
    callers: list[QueueEntry],
    queue: RedisOperatorQueue,
    carrier: CarrierRest,
    operator: str,
    why: str,
) -> None:
    result = command("take", "--operator", operator)
    assert result.returncode == 0
    assert f"Nobody is rung: {operator}" in result.stderr
    assert why in result.stderr
    assert carrier.calls == []
    assert queue.reservation_of(operator) is not None


def test_nobody_to_take_is_exit_code_1(command: Command, queue: RedisOperatorQueue) -> None:
    result = command("take", "--operator", "sam")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "No callers waiting.\n"


def test_a_busy_operator_is_told_how_to_become_free(
    command: Command, callers: list[QueueEntry]
) -> None:
    command("take", "--operator", "joy")
    again = command("take", "--operator", "joy")
    assert again.returncode == 2
    assert "queue finish --operator joy" in again.stderr
    assert command("finish", "--operator", "joy").returncode == 0
    assert command("take", "--operator", "joy").returncode == 0


def test_finishing_a_conversation_frees_the_operator_and_forgets_the_caller(
    command: Command, callers: list[QueueEntry], queue: RedisOperatorQueue
) -> None:
    command("take", "--operator", "joy")
    reservation = queue.reservation_of("joy")
    assert reservation is not None
    queue.operator_answered(reservation.id, datetime.now(UTC))
    assert "joy is free" in command("finish", "--operator", "joy").stdout
    assert [e.ticket.call_sid for e in queue.waiting(datetime.now(UTC))] == ["CA1"]


def test_finishing_when_not_busy_is_exit_code_1(
    command: Command, queue: RedisOperatorQueue
) -> None:
    result = command("finish", "--operator", "joy")
    assert (result.returncode, result.stderr) == (1, "joy has no caller.\n")


@pytest.mark.parametrize(
    ("arguments", "changes", "cause"),
    [
        (["take", "--operator", "sam", "--phone", "none"], {}, "'none' is not a telephone number"),
        (["take"], {}, "--operator"),
        ([], {"IVR_REDIS_URL": "redis://127.0.0.1:1"}, "IVR_REDIS_URL"),
    ],
)
def test_what_cannot_be_done_is_exit_code_2_and_its_cause(
    command: Command, arguments: list[str], changes: dict[str, str], cause: str
) -> None:
    result = command(*arguments, **changes)
    assert result.returncode == 2
    assert cause in result.stderr


def test_a_refusing_carrier_is_told_and_the_caller_waits_on(
    command: Command, callers: list[QueueEntry], carrier: CarrierRest
) -> None:
    carrier.status = 500
    result = command("take", "--operator", "sam")
    assert result.returncode == 2
    assert "out of order for the moment (500)" in result.stderr
    assert len(json.loads(command("--json").stdout)) == 2


def test_a_caller_number_cannot_steer_the_terminal(
    command: Command, queue: RedisOperatorQueue
) -> None:
    now = datetime.now(UTC)
    queue.wait(QueueEntry("CA1", "acme", "sip:\x1b[2J@x", "+442079460018", 5, (), now, 600), now)
    assert "\x1b" not in command().stdout
    assert "sip:?[2J@x" in command().stdout
