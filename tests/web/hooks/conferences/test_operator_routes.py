"""An operator's own leg: picked up, not answered, too late, without the carrier's help."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.core.conversation.state import Phase
from ivr.core.queue.entry import Reservation
from tests.web.hooks.carrier_line import Clock, Line

OPERATOR = {"CallSid": "CA" + "5" * 32, "From": "+441604529170", "To": "+447700900301"}
LEASE = timedelta(seconds=30)


@pytest.fixture
def reserved(line: Line, app: Flask, queue: RedisOperatorQueue, clock: Clock) -> Reservation:
    """A caller on hold whom sam has taken; sam's telephone rings. The REST interface is away."""
    line.dial()
    line.act(Digits="1")
    reservation = queue.take("sam", clock(), LEASE)
    assert reservation is not None
    app.extensions["services"].conversations.begin(reservation, "+447700900301", clock())
    return reservation


def test_while_the_operator_is_rung_the_caller_is_next_in_line(
    line: Line, reserved: Reservation
) -> None:
    line.act()
    assert "next in line" in line.heard


def test_an_operator_who_picks_up_hears_the_clients_name_and_meets_the_caller(
    line: Line, reserved: Reservation
) -> None:
    hold = line.answer
    line.post(f"/twilio/operator?reservation={reserved.id}", **OPERATOR)
    assert "Call for Rainbow Frost Decorators" in line.heard
    room = line.document.find("Dial/Conference")
    assert room is not None
    line.answer = hold
    line.act()
    assert "connecting you" in line.heard
    meeting = line.document.find("Dial/Conference")
    assert meeting is not None
    assert meeting.text == room.text


def test_a_caller_who_is_fetched_joins_once_however_often_the_request_comes(
    line: Line, reserved: Reservation, queue: RedisOperatorQueue, clock: Clock
) -> None:
    url = f"/twilio/claimed?reservation={reserved.id}"
    first = line.post(url).data
    assert b"<Conference" in first
    assert line.post(url).data == first
    assert queue.operator_answered(reserved.id, clock())
    line.act(DialCallStatus="completed", DialCallDuration="40")
    assert "Thank you. Goodbye." in line.heard
    assert queue.reservation(reserved.id) is None


def test_an_operator_who_does_not_answer_gives_the_caller_back(
    line: Line, reserved: Reservation, queue: RedisOperatorQueue, clock: Clock
) -> None:
    status = f"/twilio/operator/status?reservation={reserved.id}"
    assert line.post(status, **OPERATOR | {"CallStatus": "no-answer"}).status_code == 204
    assert [entry.ticket.call_sid for entry in queue.waiting(clock())] == [line.sid]
    assert queue.take("ann", clock(), LEASE) is not None


def test_an_operator_who_picks_up_too_late_hears_that_the_caller_has_gone(
    line: Line, reserved: Reservation, clock: Clock
) -> None:
    line.post("/twilio/status", CallStatus="completed")
    line.post(f"/twilio/operator?reservation={reserved.id}", **OPERATOR)
    assert "has gone" in line.heard
    assert line.verbs() == ["Say", "Hangup"]


def test_the_end_of_the_conversation_frees_the_operator(
    line: Line, reserved: Reservation, queue: RedisOperatorQueue
) -> None:
    line.post(f"/twilio/operator?reservation={reserved.id}", **OPERATOR)
    status = f"/twilio/operator/status?reservation={reserved.id}"
    line.post(status, **OPERATOR | {"CallStatus": "completed"})
    assert queue.reservation_of("sam") is None


def test_an_operator_whose_caller_went_another_way_does_not_wait_for_them(
    line: Line, app: Flask, reserved: Reservation, queue: RedisOperatorQueue, clock: Clock
) -> None:
    conversations = app.extensions["services"].conversations
    line.post(f"/twilio/operator?reservation={reserved.id}", **OPERATOR)
    assert conversations.tend(clock()) == 0
    queue.leave(line.sid, clock())
    assert conversations.tend(clock()) == 1
    assert conversations.conversation(reserved.id).phase is Phase.OVER


def test_an_operator_does_not_wait_for_ever_for_a_caller_who_does_not_come(
    line: Line, app: Flask, reserved: Reservation, queue: RedisOperatorQueue, clock: Clock
) -> None:
    conversations, hold = app.extensions["services"].conversations, line.answer
    line.post(f"/twilio/operator?reservation={reserved.id}", **OPERATOR)
    assert conversations.tend(clock()) == 0
    clock.pass_(30)
    assert conversations.tend(clock()) == 1
    assert conversations.conversation(reserved.id).phase is Phase.OVER
    assert queue.reservation_of("sam") is None
    line.answer = hold
    line.act()  # a caller who held the line all the while stands where they stood
    assert [entry.ticket.call_sid for entry in queue.waiting(clock())] == [line.sid]


def test_an_unsigned_request_joins_nobody(line: Line, reserved: Reservation) -> None:
    response = line.post(f"/twilio/operator?reservation={reserved.id}", signature="x", **OPERATOR)
    assert response.status_code == 403
