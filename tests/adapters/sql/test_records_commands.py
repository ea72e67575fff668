"""`python -m ivr messages` and `calls`, as a person and as a program sees them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest

from ivr.adapters.sql import SqlRecords, migrate, open_records
from tests.adapters.sql.recording_samples import CONVERSATION, call_recording_note
from tests.adapters.sql.records_samples import HEARD, NOON, message_note, recording_note, snapshot


@pytest.fixture
def filled(database_url: str) -> str:
    """A database with one call, a transcribed message and one set aside."""
    migrate(database_url)
    records = open_records(database_url)
    fill(records)
    records.close()
    return database_url


def fill(records: SqlRecords) -> None:
    end = NOON + timedelta(minutes=2)
    records.calls.note([snapshot(path=("greet", "take_message"), ended_at=end, outcome="message")])
    message_id = records.messages.recording_ready(recording_note())
    records.recordings.audio_stored(message_id, "rainbow-frost/RE1.wav", 11.5, NOON)
    records.recordings.transcribed(message_id, HEARD, NOON)
    other = message_note(
        recording_sid="RE2",
        call_sid="CA2",
        client="dental",
        caller=None,
        received_at=NOON - timedelta(hours=1),
    )
    records.recordings.set_aside(records.messages.keep(other), "not audio \x1b[31m", NOON)


def ivr(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ivr", *arguments],
        env=os.environ | {"IVR_DATABASE_URL": url, "TZ": "UTC"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_messages_as_json_have_the_agreed_fields(filled: str) -> None:
    first, second = json.loads(ivr(filled, "messages", "--json").stdout)
    message_id = first.pop("id")
    assert len(message_id) == 32
    assert first == {
        "client": "rainbow-frost",
        "caller": "+441632960001",
        "received_at": "2026-11-23T12:00:00+00:00",
        "seconds": 11.5,
        "audio": "rainbow-frost/RE1.wav",
        "state": "transcribed",
        "recogniser": "vosk",
        "version": "",
        "reason": None,
        "number_given": None,
        "difference": None,
        "delivered_at": None,
        "deliveries": [],
        "read_at": None,
        "read_by": None,
        "model": "vosk-model-small-en-us-0.15",
        "text": "the ceiling drips",
        "words": [
            {"word": "the", "start": 0.1, "end": 0.2, "confidence": 0.9},
            {"word": "ceiling", "start": 0.2, "end": 0.8, "confidence": 1.0},
            {"word": "drips", "start": 0.9, "end": 1.4, "confidence": 0.61},
        ],
    }
    assert second["state"] == "set_aside"
    assert second["caller"] is second["audio"] is second["text"] is second["model"] is None
    assert second["words"] == []


def test_messages_can_be_those_of_one_client(filled: str) -> None:
    (only,) = json.loads(ivr(filled, "messages", "--client", "dental", "--json").stdout)
    assert only["client"] == "dental"


def test_messages_for_people_show_the_words_and_cannot_command_the_terminal(filled: str) -> None:
    shown = ivr(filled, "messages").stdout
    assert "2026-11-23 12:00  rainbow-frost  +441632960001  12 s  transcribed" in shown
    assert "the ceiling drips" in shown
    assert "number withheld" in shown
    assert "not audio" in shown
    assert "\x1b" not in shown


def test_calls_as_json_have_the_agreed_fields(filled: str) -> None:
    assert json.loads(ivr(filled, "calls", "--json").stdout) == [
        {
            "call_sid": "CA1",
            "client": "rainbow-frost",
            "from": "+441632960001",
            "to": "+441604529170",
            "started_at": "2026-11-23T12:00:00+00:00",
            "ended_at": "2026-11-23T12:02:00+00:00",
            "outcome": "message",
            "flow_version": "v1",
            "path": ["greet", "take_message"],
        }
    ]


def test_calls_for_people_show_the_way_of_each(filled: str) -> None:
    shown = ivr(filled, "calls").stdout
    assert "+441632960001 → +441604529170" in shown
    assert "greet › take_message" in shown


def test_with_nothing_to_show_they_say_so(database_url: str) -> None:
    migrate(database_url)
    assert ivr(database_url, "messages").stdout == "No messages.\n"
    assert ivr(database_url, "calls").stdout == "No calls.\n"
    assert ivr(database_url, "calls", "--json").stdout == "[]\n"


def test_before_anything_was_set_up_they_say_what_to_do(database_url: str) -> None:
    refused = ivr(database_url, "messages")
    assert refused.returncode == 2
    assert "python -m ivr serve" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_messages_that_were_set_aside_can_be_asked_for(filled: str) -> None:
    (only,) = json.loads(ivr(filled, "messages", "--set-aside", "--json").stdout)
    assert (only["client"], only["state"]) == ("dental", "set_aside")


def test_a_message_can_be_heard_again_by_another_recogniser(filled: str) -> None:
    first, second = json.loads(ivr(filled, "messages", "--json").stdout)
    again = ivr(filled, "messages", "transcribe", first["id"], "--recogniser", "whisper")
    assert (again.returncode, again.stdout) == (0, f"{first['id']} will be heard again.\n")
    records = open_records(filled)
    assert records.outbox.waiting("transcribe").count == 1
    message = records.messages.find(first["id"])
    records.close()
    assert message is not None
    assert (message.state, message.hearing.recogniser) == ("recorded", "whisper")
    refused = ivr(filled, "messages", "transcribe", second["id"], "nothing")
    assert refused.returncode == 1
    assert "has no recording here" in refused.stderr
    assert "nothing is no message" in refused.stderr


def test_the_timeline_of_a_call_is_told_step_by_step(filled: str) -> None:
    told = ivr(filled, "calls", "CA1", "--timeline")
    assert told.returncode == 0
    assert "The call came in from +441632960001." in told.stdout
    assert "The recording was transcribed by vosk." in told.stdout
    lines = json.loads(ivr(filled, "calls", "CA1", "--timeline", "--json").stdout)
    assert lines[0]["at"] == "2026-11-23T12:00:00+00:00"
    assert {line["message"] for line in lines} > {None}


def test_a_call_that_is_not_known_has_no_timeline(filled: str) -> None:
    told = ivr(filled, "calls", "CAx\x1b", "--timeline")
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr == "There is no call CAx .\n"
    assert ivr(filled, "calls", "--timeline").returncode == 2
    assert "CA1" not in ivr(filled, "calls", "CA2").stdout


@pytest.fixture
def recorded(database_url: str) -> tuple[str, str]:
    """A database with a conversation in words, and a recording of nobody's; the first one's id."""
    migrate(database_url)
    records = open_records(database_url)
    recording_id = records.call_recordings.keep(call_recording_note(), NOON)
    records.recordings.audio_stored(recording_id, "rainbow-frost/RE7.wav", 12.5, NOON, 2)
    records.recordings.transcribed(recording_id, CONVERSATION, NOON)
    nobodys = {"client": None, "call_sid": None, "caller": None, "recording_sid": "RE8"}
    records.call_recordings.keep(call_recording_note(**nobodys), NOON - timedelta(hours=1))
    records.close()
    return database_url, recording_id


def test_recordings_of_conversations_are_listed_with_what_each_side_said(
    recorded: tuple[str, str],
) -> None:
    url, recording_id = recorded
    shown = ivr(url, "recordings").stdout
    assert "    Caller: My boiler bangs.\n    Operator: We come on Monday." in shown
    assert recording_id in shown
    [first] = json.loads(ivr(url, "recordings", "--client", "rainbow-frost", "--json").stdout)
    assert (first["id"], first["state"], first["channels"]) == (recording_id, "transcribed", 2)
    [aside] = json.loads(ivr(url, "recordings", "--set-aside", "--json").stdout)
    assert aside["client"] is None
    assert "Nobody knows" in aside["reason"]


def test_a_recording_is_heard_again_on_request(recorded: tuple[str, str]) -> None:
    url, recording_id = recorded
    again = ivr(url, "recordings", "transcribe", recording_id, "--recogniser", "whisper")
    assert (again.returncode, again.stdout) == (0, f"{recording_id} will be heard again.\n")
    [aside] = json.loads(ivr(url, "recordings", "--set-aside", "--json").stdout)
    refused = ivr(url, "recordings", "transcribe", aside["id"], "nothing")
    assert refused.returncode == 1
    assert f"{aside['id']} has no recording here." in refused.stderr
    assert "nothing is no recording of a conversation." in refused.stderr
