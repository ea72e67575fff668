"""A call that comes in finds the client's people as they say they are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from redis import Redis

from ivr.adapters.sql import SqlRecords
from ivr.core.availability.standing import StatusKind
from ivr.core.availability.status import How, StatusRequest
from ivr.core.records.call_course import tell
from tests.statuses import keep_status
from tests.web.hooks.carrier_line import Clock, Line, settle


@pytest.fixture
def say(app: Flask, records: SqlRecords, clock: Clock) -> SayStatus:
    """Sets a status, of which the web process hears at its next look."""
    return SayStatus(app, records, clock)


class SayStatus:
    def __init__(self, app: Flask, records: SqlRecords, clock: Clock) -> None:
        self._app, self._records, self._clock = app, records, clock

    def __call__(self, person: str | None, kind: StatusKind, minutes: float = 60) -> None:
        now = self._clock()
        wish = StatusRequest(
            client="rainbow-frost",
            person=person,
            kind=kind,
            starts=now,
            ends=now + timedelta(minutes=minutes),
            by="Maya",
            how=How.PAGE,
        )
        keep_status(self._records, wish, now)
        self._app.extensions["services"].current_statuses.refresh()


def test_who_is_away_is_not_rung_until_it_has_ended(
    line: Line, say: SayStatus, clock: Clock
) -> None:
    say("maya", StatusKind.AWAY)
    line.dial()
    line.act(Digits="2")
    assert line.document.find("Dial") is None
    assert "node=urgent_queue" in line.action
    clock.pass_(3600)
    line.sid = "CA" + "2" * 32
    line.dial()
    line.act(Digits="2")
    assert line.document.find("Dial") is not None


def test_somebody_who_goes_away_while_their_telephone_rings_still_takes_the_call(
    line: Line, say: SayStatus
) -> None:
    line.dial()
    line.act(Digits="2")
    number = line.document.find("Dial/Number")
    assert number is not None
    say("maya", StatusKind.AWAY)
    line.post(str(number.get("url")), CallSid="CAleg", ParentCallSid=line.sid)
    assert "Rainbow Frost, emergency" in line.heard


def test_a_message_that_is_left_while_its_owner_is_away_is_the_next_one_s_job(
    line: Line, say: SayStatus, records: SqlRecords, redis: Redis
) -> None:
    say(None, StatusKind.MESSAGES)
    say("ian", StatusKind.AWAY)
    settle(redis, records)
    line.dial()
    line.act(Digits="1")
    assert "Please leave your name" in line.heard
    line.act(
        RecordingSid="RE1",
        RecordingUrl="https://api.example/RE1",
        RecordingDuration="3",
        Digits="#",
    )
    [message] = records.messages.newest()
    job = records.jobs.of_message(message.id)
    assert job is not None
    assert job.owner.id == "agency"
    settle(redis, records)
    call_detail = records.calls.detail(line.sid)
    assert call_detail is not None
    told = [each.text for each in tell(call_detail)]
    status = "People had said of themselves: ian away, everybody messages."
    assert told[0] == f"The call came in from +441632960001. {status}"
    assert told[1] == f"The caller pressed 1. {status}"
