"""The callback of a conversation's recording, through the real application."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis

from ivr.adapters.redis.fact_journal import FactJournal
from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.sql import SqlRecords
from ivr.core.queue.entry import Reservation, room_of
from ivr.core.records.message import MessageState
from ivr.core.records.outbox import OutboxKind
from ivr.core.records.recording import ConversationRecording
from ivr.processes.relay import loops
from ivr.settings import Settings
from tests.web.hooks.carrier_line import FLOWS, Clock, Line, settle

LEASE = timedelta(seconds=30)
SID = "RE" + "7" * 32
BEGAN = "Mon, 23 Nov 2026 12:00:05 +0000"


@pytest.fixture
def reserved(line: Line, app: Flask, queue: RedisOperatorQueue, clock: Clock) -> Reservation:
    """A caller whom sam has taken."""
    line.dial()
    line.act(Digits="1")
    reservation = queue.take("sam", clock(), LEASE)
    assert reservation is not None
    app.extensions["services"].conversations.begin(reservation, "+447700900301", clock())
    return reservation


def joins(line: Line, conversation: str, label: str, number: int) -> None:
    form = {
        "FriendlyName": room_of(conversation),
        "ConferenceSid": "CF" + "1" * 32,
        "StatusCallbackEvent": "participant-join",
        "ParticipantLabel": label,
        "SequenceNumber": str(number),
    }
    assert line.post(f"/twilio/conference?conversation={conversation}", **form).status_code == 204


def told(line: Line, conversation: str, status: str = "completed") -> int:
    """The carrier tells of the recording; returns what it is answered."""
    form = {
        "ConferenceSid": "CF" + "1" * 32,
        "RecordingSid": SID,
        "RecordingUrl": f"https://api.twilio.com/2010-04-01/Accounts/AC{'0' * 32}/Recordings/{SID}",
        "RecordingStatus": status,
        "RecordingDuration": "65",
        "RecordingStartTime": BEGAN,
    }
    return line.post(
        f"/twilio/conference/recording?conversation={conversation}", **form
    ).status_code


def kept(records: SqlRecords) -> ConversationRecording:
    [recording] = records.call_recordings.newest()
    return recording


def due(records: SqlRecords, clock: Clock) -> list[str]:
    kinds = [OutboxKind.FETCH, OutboxKind.TRANSCRIBE]
    return [item.kind for item in records.outbox.claim(kinds, clock(), LEASE, 9)]


def test_a_recording_is_kept_with_what_is_known_of_its_conversation(
    line: Line, reserved: Reservation, records: SqlRecords, clock: Clock
) -> None:
    joins(line, reserved.id, "operator", 1)
    joins(line, reserved.id, "caller", 2)
    clock.pass_(70)
    assert [told(line, reserved.id), told(line, reserved.id)] == [204, 204]
    recording = kept(records)
    assert (recording.client, recording.call_sid, recording.caller) == (
        "rainbow-frost",
        line.sid,
        line.caller,
    )
    assert recording.speakers == ("operator", "caller")
    assert (recording.seconds, recording.transcribe) == (65, True)
    assert recording.began_at == datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC)
    assert "Ian Frost" in recording.hearing.names
    assert due(records, clock) == ["fetch"]


def test_of_a_conversation_that_redis_has_forgotten_the_records_know_whose_it_was(
    line: Line, reserved: Reservation, records: SqlRecords, redis: Redis, clock: Clock
) -> None:
    settle(redis, records)
    redis.flushdb()
    assert told(line, reserved.id) == 204
    recording = kept(records)
    assert (recording.client, recording.call_sid) == ("rainbow-frost", line.sid)
    assert recording.speakers == ("first voice", "second voice")
    assert due(records, clock) == ["fetch"]


def test_of_a_conversation_that_nobody_knows_it_is_kept_with_the_reason(
    line: Line, records: SqlRecords, clock: Clock
) -> None:
    assert told(line, "never") == 204
    recording = kept(records)
    assert (recording.client, recording.state) == (None, MessageState.SET_ASIDE)
    assert "Nobody knows" in (recording.reason or "")
    assert recording.recording_url is not None
    assert due(records, clock) == []


def test_where_the_carrier_has_recorded_nothing_that_is_the_reason(
    line: Line, reserved: Reservation, records: SqlRecords, clock: Clock
) -> None:
    assert told(line, reserved.id, "in-progress") == 204
    assert records.call_recordings.newest() == []
    assert told(line, reserved.id, "absent") == 204
    assert "has no recording of it (absent)" in (kept(records).reason or "")
    assert due(records, clock) == []


def test_without_the_records_it_waits_in_the_journal(
    line: Line,
    reserved: Reservation,
    records: SqlRecords,
    redis: Redis,
    clock: Clock,
    example_settings: Settings,
) -> None:
    import sqlalchemy as sa

    engine = records._engine
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE call_recordings RENAME TO elsewhere"))
    assert told(line, reserved.id) == 204
    assert FactJournal(redis).waiting() == 1
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE elsewhere RENAME TO call_recordings"))
    facts = {loop.name: loop.step for loop in loops(example_settings)}["facts"]
    facts()
    facts()
    assert (kept(records).client, kept(records).call_sid) == ("rainbow-frost", line.sid)
    assert due(records, clock) == ["fetch"]


def test_what_is_not_signed_is_refused(line: Line, records: SqlRecords) -> None:
    url = "/twilio/conference/recording?conversation=x"
    assert line.post(url, "forged", RecordingSid=SID).status_code == 403
    assert records.call_recordings.newest() == []


class TestWithoutWords:
    """A client who wants recordings and no words."""

    @pytest.fixture
    def example_settings(self, example_settings: Settings, tmp_path: Path) -> Settings:
        folder = tmp_path / "flows"
        shutil.copytree(FLOWS, folder)
        path = folder / "rainbow-frost.yaml"
        text = path.read_text("utf-8")
        wish = "client:\n  recording: {calls: yes, transcribe: no}\n"
        path.write_text(text.replace("client:\n", wish, 1), "utf-8")
        return replace(example_settings, flows=folder)

    def test_their_recordings_are_only_kept(
        self, line: Line, reserved: Reservation, records: SqlRecords
    ) -> None:
        told(line, reserved.id)
        assert kept(records).transcribe is False
