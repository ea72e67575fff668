"""A caller asks to be called back, as the carrier's webhooks bring it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis

from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.redis.queue.operators import RedisOperators
from ivr.adapters.sql import SqlRecords
from ivr.adapters.sql.queue.call_back_repository import SqlCallBackRepository
from ivr.core.call_back import CallBackState
from ivr.core.queue.states import Presence
from ivr.core.records.call_back import CallBack
from ivr.errors import RecordsUnavailable
from ivr.services.queue.connect import LEASE
from ivr.settings import Settings
from ivr.web.app import create_app
from tests.flow_files import write
from tests.web.hooks.carrier_line import CALLER, Clock, Line

FLOW = """\
start: greet
nodes:
  greet: {say: Welcome to Acme., next: hold}
  hold:
    queue: {max_wait: 5m, max_waiting: 2, leave_message: "1", call_back: "2"}
    nobody: note
    overflow: full
    message: note
    callback: done
  full: {hangup: We are very busy.}
  note: {message: Please speak., next: done}
  done: {hangup: Goodbye.}
"""


@pytest.fixture
def app(example_settings: Settings, tmp_path: Path, redis: Redis, clock: Clock) -> Flask:
    flows = tmp_path / "flows"
    flows.mkdir()
    write(flows, FLOW)
    return create_app(replace(example_settings, flows=flows), clock)


@pytest.fixture
def line(line: Line) -> Line:
    line.called = "+441632960001"
    return line


def another(line: Line, sid: str, caller: str = "+441632960777") -> Line:
    return replace(line, sid="CA" + sid * 32, caller=caller, answer=None)


def in_line(queue: RedisOperatorQueue, clock: Clock) -> list[str]:
    return [entry.ticket.call_sid for entry in queue.waiting(clock())]


def asks(line: Line, *keys: str) -> str:
    for key in ("2", *(keys or ("1",))):
        line.act(Digits=key)
    return line.heard


def only(records: SqlRecords) -> CallBack:
    [found] = records.call_backs.newest()
    return found


def test_a_caller_keeps_their_place_and_hangs_up(
    line: Line, queue: RedisOperatorQueue, records: SqlRecords, clock: Clock
) -> None:
    line.dial()
    clock.pass_(5)
    later = another(line, "2")
    later.dial()
    clock.pass_(60)
    assert "keep your place" in asks(line)
    line.post("/twilio/status", CallStatus="completed")
    promised = only(records)
    assert in_line(queue, clock) == [f"callback-{promised.id}", later.sid]
    assert (promised.client, promised.number, promised.call_sid) == ("acme", CALLER, line.sid)
    assert (promised.shown, promised.state) == ("+441632960001", CallBackState.WAITING)
    clock.pass_(3600)
    assert in_line(queue, clock) == [f"callback-{promised.id}"]


def test_a_webhook_that_comes_twice_promises_once(
    line: Line, queue: RedisOperatorQueue, records: SqlRecords, clock: Clock
) -> None:
    line.dial()
    line.act(Digits="2")
    url = line.action
    said = [line.post(url, Digits="1").data for _ in range(2)]
    assert said[0] == said[1]
    assert len(in_line(queue, clock)) == len(records.call_backs.newest()) == 1


def test_who_asks_again_keeps_the_earlier_place(
    line: Line, queue: RedisOperatorQueue, records: SqlRecords, clock: Clock
) -> None:
    line.dial()
    asks(line)
    first = only(records)
    clock.pass_(30)
    again = another(line, "3", caller=CALLER)
    again.dial()
    assert "already have a call back" in asks(again)
    assert only(records) == first
    assert in_line(queue, clock) == [f"callback-{first.id}"]


def test_an_operator_who_is_there_comes_before_a_key(
    line: Line, queue: RedisOperatorQueue, records: SqlRecords, clock: Clock
) -> None:
    line.dial()
    reservation = queue.take("sam", clock(), LEASE)
    assert reservation is not None
    queue.operator_answered(reservation.id, clock())
    line.act(Digits="1")
    assert line.verbs() == ["Say", "Dial"]


def test_who_rings_again_and_is_served_needs_no_call_back(
    line: Line, queue: RedisOperatorQueue, records: SqlRecords, clock: Clock
) -> None:
    line.dial()
    asks(line)
    again = another(line, "3", caller=CALLER)
    again.dial()
    queue.leave_line(f"callback-{only(records).id}")  # so that it is the caller's own turn
    reservation = queue.take("sam", clock(), LEASE)
    assert reservation is not None
    queue.operator_answered(reservation.id, clock())
    again.act(Digits="")
    assert only(records).state is CallBackState.CANCELLED


def test_a_key_leads_to_a_message_and_out_of_the_line(
    line: Line, queue: RedisOperatorQueue, clock: Clock
) -> None:
    line.dial()
    line.act(Digits="1")
    assert "Please speak." in line.heard
    assert in_line(queue, clock) == []


def test_silence_goes_on_with_the_music(
    line: Line, queue: RedisOperatorQueue, clock: Clock
) -> None:
    line.dial()
    line.act(Digits="")
    assert "next in line" in line.heard
    assert line.document.find("Gather/Play") is not None


def test_what_cannot_be_promised_is_not_promised(
    line: Line, queue: RedisOperatorQueue, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: SqlCallBackRepository, call_back: CallBack) -> bool:
        raise RecordsUnavailable("The database is away.")

    line.dial()
    monkeypatch.setattr(SqlCallBackRepository, "promise", refuse)
    assert "keep your place" not in asks(line)
    assert "Please speak." in line.heard
    assert in_line(queue, clock) == []


def test_where_too_many_wait_the_greeting_is_said_and_the_call_goes_on(
    line: Line, queue: RedisOperatorQueue, clock: Clock
) -> None:
    for sid in "23":
        another(line, sid).dial()
    line.dial()
    assert line.heard == "Welcome to Acme. We are very busy."
    assert len(in_line(queue, clock)) == 2


def test_where_nobody_is_at_work_a_message_is_taken_at_once(
    line: Line, queue: RedisOperatorQueue, redis: Redis, clock: Clock
) -> None:
    RedisOperators(redis).sign_on("sam", None, clock())
    RedisOperators(redis).wish("sam", Presence.OFFLINE, clock())
    line.dial()
    assert line.heard == "Welcome to Acme. Please speak."
    assert in_line(queue, clock) == []
