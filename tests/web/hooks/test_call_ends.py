"""Calls that end otherwise than by hanging up, and recordings that come to nothing."""

from __future__ import annotations

import pytest
from redis import Redis

from ivr.adapters.sql import SqlRecords
from ivr.core.carrier import ENDED, HUNG_UP, outcome_of
from ivr.core.records.call_course import tell
from ivr.core.records.message import MessageState
from tests.web.hooks.carrier_line import CALLER, Clock, Line, settle

EVENING = 8 * 3600
ENDS = [
    ("completed", "hung up"),
    ("no-answer", "not answered"),
    ("busy", "busy"),
    ("failed", "failed"),
    ("canceled", "cancelled"),
]
SID = "RE" + "1" * 32
RECORDING = {
    "RecordingSid": SID,
    "RecordingUrl": f"https://api.twilio.com/2010-04-01/Accounts/AC{'0' * 32}/Recordings/{SID}",
    "RecordingDuration": "7",
}


def told(records: SqlRecords, line: Line) -> list[str]:
    call_detail = records.calls.detail(line.sid)
    assert call_detail is not None
    return [each.text for each in tell(call_detail)]


def test_every_end_of_the_carrier_s_has_its_words() -> None:
    assert {status for status, _ in ENDS} == ENDED
    assert {status: outcome_of(status) for status in ENDED} == dict(ENDS)
    assert outcome_of("something new") == HUNG_UP


@pytest.mark.parametrize(("status", "outcome"), ENDS)
def test_a_call_that_goes_on_is_ended_as_the_carrier_says(
    line: Line, redis: Redis, records: SqlRecords, clock: Clock, status: str, outcome: str
) -> None:
    line.dial()
    assert line.post("/twilio/status", CallStatus=status).status_code == 204
    settle(redis, records)
    call = records.calls.find(line.sid)
    assert call is not None
    assert (call.outcome, call.ended_at, call.client) == (outcome, clock(), "rainbow-frost")
    if outcome != HUNG_UP:
        assert f"The carrier ended the call ({outcome})." in told(records, line)


@pytest.mark.parametrize(("status", "outcome"), ENDS)
def test_a_call_of_which_nothing_else_came_is_noted_as_it_ended(
    line: Line, records: SqlRecords, status: str, outcome: str
) -> None:
    line.post("/twilio/status", CallStatus=status)
    [call] = records.calls.newest()
    assert (call.outcome, call.client) == (outcome, None)


def test_the_first_end_counts(line: Line, redis: Redis, records: SqlRecords) -> None:
    line.dial()
    line.post("/twilio/status", CallStatus="failed")
    line.post("/twilio/status", CallStatus="completed")
    settle(redis, records)
    call = records.calls.find(line.sid)
    assert call is not None
    assert call.outcome == "failed"


@pytest.mark.parametrize("status", ["queued", "initiated", "ringing", "in-progress", "new", ""])
def test_other_statuses_end_nothing(
    line: Line, redis: Redis, records: SqlRecords, status: str
) -> None:
    line.dial()
    assert line.post("/twilio/status", CallStatus=status).status_code == 204
    settle(redis, records)
    call = records.calls.find(line.sid)
    assert call is not None
    assert call.ended_at is None


@pytest.fixture
def asked(line: Line, clock: Clock) -> str:
    """A caller has been asked for a message; returns where its recording is told of."""
    clock.pass_(EVENING)
    line.dial()
    line.act(Digits="2")
    record = line.document.find("Record")
    assert record is not None
    assert str(record.get("recordingStatusCallbackEvent")).split() == ["completed", "absent"]
    return str(record.get("recordingStatusCallback"))


def test_silence_is_in_the_call_s_story_and_no_message(
    line: Line, redis: Redis, records: SqlRecords, asked: str
) -> None:
    absent = RECORDING | {"RecordingStatus": "absent", "RecordingDuration": "0"}
    assert line.post(asked, **absent, ErrorCode="16102").status_code == 204
    assert line.post(asked, **absent, ErrorCode="16102").status_code == 204
    settle(redis, records)
    assert records.messages.newest() == []
    silence = "The caller was asked for a message and said nothing."
    assert told(records, line).count(silence) == 1


@pytest.mark.parametrize(
    ("status", "words"),
    [("absent", "too short or silent"), ("failed", "lost the recording")],
)
def test_a_message_without_its_recording_says_so_and_keeps_its_job(
    line: Line, records: SqlRecords, asked: str, status: str, words: str
) -> None:
    line.act(**RECORDING)
    assert line.post(asked, RecordingStatus=status, **RECORDING).status_code == 204
    [message] = records.messages.newest()
    assert (message.state, message.caller) == (MessageState.SET_ASIDE, CALLER)
    assert words in str(message.reason)
    assert records.jobs.of_message(message.id) is not None


def test_what_was_said_and_lost_is_a_message_though_the_call_never_told_of_it(
    line: Line, records: SqlRecords, asked: str
) -> None:
    line.post(asked, RecordingStatus="failed", **RECORDING)
    [message] = records.messages.newest()
    assert (message.client, message.state) == ("rainbow-frost", MessageState.SET_ASIDE)
    assert records.jobs.of_message(message.id) is not None


@pytest.mark.parametrize("status", ["in-progress", "processing", "something new"])
def test_a_recording_that_is_still_being_made_is_nothing_yet(
    line: Line, records: SqlRecords, asked: str, status: str
) -> None:
    assert line.post(asked, RecordingStatus=status, **RECORDING).status_code == 204
    assert records.messages.newest() == []


@pytest.mark.parametrize("status", ["absent", "failed"])
def test_no_recording_without_a_name_is_none_that_was_begun(
    line: Line, records: SqlRecords, asked: str, status: str
) -> None:
    assert line.post(asked, RecordingStatus=status).status_code == 204
    assert records.messages.newest() == []
