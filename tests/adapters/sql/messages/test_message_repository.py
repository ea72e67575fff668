"""Messages in the records: two notes, one row, its promised work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.adapters.sql import SqlRecords
from ivr.core.records.message import Message, MessageState, Missing, Recipient
from ivr.core.records.outbox import OutboxKind
from ivr.errors import RecordsError
from tests.adapters.sql.records_samples import HEARD, NOON, message_note, recording_note, snapshot

LONG_AFTER = NOON + timedelta(days=1)
LEASE = timedelta(minutes=1)


def the_message(records: SqlRecords, message_id: str) -> Message:
    found = records.messages.find(message_id)
    assert found is not None
    return found


def due(records: SqlRecords, at: datetime = NOON) -> list[str]:
    """The kinds of work due `at`, which are claimed by asking."""
    return sorted(item.kind for item in records.outbox.claim(list(OutboxKind), at, LEASE, limit=10))


def test_both_notes_make_one_message(records: SqlRecords) -> None:
    first = records.messages.keep(message_note())
    assert records.messages.recording_ready(recording_note()) == first
    message = the_message(records, first)
    assert message.fields == {"reason": "a leak"}
    assert message.caller == "+441632960001"
    assert message.recording_url == "https://carrier.example/RE1"
    assert message.recipient == message_note().recipient
    assert message.state is MessageState.RECORDED
    assert (message.audio, message.transcript, message.reason) == (None, None, None)
    assert message.received_at == NOON


def test_the_turns_note_promises_no_work_as_there_is_nothing_to_fetch_yet(
    records: SqlRecords,
) -> None:
    records.messages.keep(message_note())
    assert due(records, LONG_AFTER) == []


def test_a_ready_recording_is_to_be_fetched_at_once(records: SqlRecords) -> None:
    message_id = records.messages.recording_ready(recording_note())
    (item,) = records.outbox.claim(["fetch"], NOON, LEASE, limit=10)
    assert (item.kind, item.subject, item.attempts) == ("fetch", message_id, 1)
    assert item.payload["recording_url"] == "https://carrier.example/RE1"


def test_the_email_waits_ten_minutes_for_the_words(records: SqlRecords) -> None:
    records.messages.recording_ready(recording_note())
    assert due(records, NOON + timedelta(minutes=9, seconds=59)) == ["fetch"]
    assert due(records, NOON + timedelta(minutes=10)) == ["email"]


def test_without_an_address_there_is_no_email(records: SqlRecords) -> None:
    nobody = Recipient("Ian Frost", None)
    records.messages.keep(message_note(recipient=nobody))
    records.messages.recording_ready(recording_note(recipient=nobody))
    assert due(records, LONG_AFTER) == ["fetch"]


def test_silence_is_no_message(records: SqlRecords) -> None:
    assert (
        records.messages.recording_missing(recording_note(recording_url=None), Missing.ABSENT)
        is None
    )
    assert records.messages.newest() == []
    assert due(records, LONG_AFTER) == []


def test_a_message_of_which_the_turn_has_told_stays_one_without_a_recording(
    records: SqlRecords,
) -> None:
    kept = records.messages.keep(message_note(recording_url="https://carrier.example/RE1"))
    none = recording_note(recording_url=None, missing=Missing.ABSENT)
    assert records.messages.recording_missing(none, Missing.ABSENT) == kept
    message = the_message(records, kept)
    assert (message.state, message.fields) == (MessageState.SET_ASIDE, {"reason": "a leak"})
    assert message.reason == "There is no recording, as it was too short or silent."
    assert due(records) == ["email"], "there is nothing to wait for"


@pytest.mark.parametrize("told_first", ["the turn", "the carrier"])
def test_what_was_said_and_lost_is_a_message_with_a_job(
    records: SqlRecords, told_first: str
) -> None:
    none = recording_note(recording_url=None, missing=Missing.FAILED)
    turn = message_note(recording_url="https://carrier.example/RE1")
    if told_first == "the turn":
        records.messages.keep(turn)
    kept = records.messages.recording_missing(none, Missing.FAILED)
    assert records.messages.recording_missing(none, Missing.FAILED) == kept
    records.messages.keep(turn)
    [message] = records.messages.newest()
    assert (message.id, message.caller) == (kept, "+441632960001")
    assert (message.state, message.audio) == (MessageState.SET_ASIDE, None)
    assert "lost the recording" in str(message.reason)
    assert records.jobs.of_message(message.id) is not None
    assert due(records, LONG_AFTER) == ["email"], "nothing is fetched any more"


def test_a_recording_that_is_here_does_not_go_missing(records: SqlRecords) -> None:
    kept = records.messages.recording_ready(recording_note())
    records.recordings.audio_stored(kept, "a.wav", 2.0, NOON)
    records.messages.recording_missing(recording_note(recording_url=None), Missing.FAILED)
    assert the_message(records, kept).state is MessageState.RECORDED


def test_a_caller_whom_no_note_names_is_the_calls(records: SqlRecords) -> None:
    message_id = records.messages.recording_ready(recording_note())
    assert the_message(records, message_id).caller is None
    records.calls.note([snapshot(from_="+441632960777")])
    assert the_message(records, message_id).caller == "+441632960777"
    assert records.messages.newest()[0].caller == "+441632960777"


def test_a_turn_that_knows_less_takes_nothing_from_what_was_known(records: SqlRecords) -> None:
    told = recording_note(caller="+441632960001", fields={"reason": "a leak"})
    kept = records.messages.recording_ready(told)
    records.messages.keep(message_note(caller=None, fields={"day": "Friday"}))
    message, job = the_message(records, kept), records.jobs.of_message(kept)
    assert job is not None
    for each in (message, job):
        assert each.caller == "+441632960001"
        assert each.fields == {"reason": "a leak", "day": "Friday"}


def test_a_job_of_which_only_the_recording_told_names_the_calls_caller(records: SqlRecords) -> None:
    records.calls.note([snapshot()])
    message_id = records.messages.recording_ready(recording_note())
    job = records.jobs.of_message(message_id)
    assert job is not None
    assert job.caller == "+441632960001"
    assert [each.id for each in records.messages.newest(caller="+441632960001")] == [message_id]


def test_a_caller_who_withholds_their_number_stays_unknown(records: SqlRecords) -> None:
    message_id = records.messages.keep(message_note(caller=None))
    records.calls.note([snapshot(from_="anonymous")])
    assert the_message(records, message_id).caller is None


def test_stored_audio_is_to_be_transcribed(records: SqlRecords) -> None:
    message_id = records.messages.recording_ready(recording_note())
    records.recordings.audio_stored(message_id, "rainbow-frost/RE1.wav", 11.5, NOON)
    message = the_message(records, message_id)
    assert (message.audio, message.seconds) == ("rainbow-frost/RE1.wav", 11.5)
    (item,) = records.outbox.claim(["fetch", "transcribe"], NOON, LEASE, limit=10)
    assert (item.kind, item.subject) == ("transcribe", message_id)
    assert item.payload["audio"] == "rainbow-frost/RE1.wav"


def test_a_late_note_does_not_undo_the_length_that_the_audio_has(records: SqlRecords) -> None:
    message_id = records.messages.recording_ready(recording_note())
    records.recordings.audio_stored(message_id, "RE1.wav", 11.5, NOON)
    records.messages.keep(message_note(seconds=13))
    assert the_message(records, message_id).seconds == 11.5


def test_the_words_bring_the_email_forward(records: SqlRecords) -> None:
    message_id = records.messages.recording_ready(recording_note())
    records.recordings.audio_stored(message_id, "RE1.wav", 11.5, NOON)
    records.recordings.transcribed(message_id, HEARD, NOON)
    message = the_message(records, message_id)
    assert message.state is MessageState.TRANSCRIBED
    assert message.transcript == HEARD
    assert due(records) == ["email"]


def test_a_message_set_aside_brings_the_email_forward_and_says_why(records: SqlRecords) -> None:
    message_id = records.messages.recording_ready(recording_note())
    records.recordings.set_aside(message_id, "the recording is not audio", NOON)
    message = the_message(records, message_id)
    assert (message.state, message.reason) == ("set_aside", "the recording is not audio")
    assert due(records) == ["email"]


def test_words_are_not_taken_back(records: SqlRecords) -> None:
    message_id = records.messages.recording_ready(recording_note())
    records.recordings.transcribed(message_id, HEARD, NOON)
    records.recordings.set_aside(message_id, "a worker died", NOON)
    message = the_message(records, message_id)
    assert (message.state, message.reason, message.transcript) == ("transcribed", None, HEARD)


def test_words_found_after_all_count(records: SqlRecords) -> None:
    message_id = records.messages.recording_ready(recording_note())
    records.recordings.set_aside(message_id, "no recogniser", NOON)
    records.recordings.transcribed(message_id, HEARD, NOON)
    message = the_message(records, message_id)
    assert (message.state, message.reason, message.transcript) == ("transcribed", None, HEARD)


def test_an_email_that_has_gone_is_not_brought_forward_again(records: SqlRecords) -> None:
    message_id = records.messages.recording_ready(recording_note())
    (item,) = records.outbox.claim(["email"], NOON + timedelta(minutes=10), LEASE, limit=1)
    records.outbox.finish(item.id, NOON + timedelta(minutes=10))
    records.recordings.transcribed(message_id, HEARD, NOON + timedelta(minutes=11))
    assert records.outbox.claim(["email"], LONG_AFTER, LEASE, limit=1) == []


def test_an_email_being_sent_is_not_given_to_a_second_sender(records: SqlRecords) -> None:
    message_id = records.messages.recording_ready(recording_note())
    at = NOON + timedelta(minutes=10)
    records.outbox.claim(["email"], at, LEASE, limit=1)
    records.recordings.transcribed(message_id, HEARD, at)
    assert records.outbox.claim(["email"], at, LEASE, limit=1) == []


@pytest.mark.parametrize("act", ["audio_stored", "transcribed", "set_aside"])
def test_an_unknown_message_is_refused(records: SqlRecords, act: str) -> None:
    acts: dict[str, Callable[[], object]] = {
        "audio_stored": lambda: records.recordings.audio_stored("nix", "RE1.wav", 1, NOON),
        "transcribed": lambda: records.recordings.transcribed("nix", HEARD, NOON),
        "set_aside": lambda: records.recordings.set_aside("nix", "why", NOON),
    }
    with pytest.raises(RecordsError, match="no message nix"):
        acts[act]()
    assert due(records, LONG_AFTER) == []


def test_messages_come_newest_first_and_by_client(records: SqlRecords) -> None:
    for n in range(4):
        client = "rainbow-frost" if n % 2 else "dental"
        at = NOON + timedelta(minutes=n)
        records.messages.keep(message_note(recording_sid=f"RE{n}", client=client, received_at=at))
    assert [m.recording_sid for m in records.messages.newest()] == ["RE3", "RE2", "RE1", "RE0"]
    assert [m.recording_sid for m in records.messages.newest(limit=2)] == ["RE3", "RE2"]
    assert [m.recording_sid for m in records.messages.newest("dental")] == ["RE2", "RE0"]


NOTES = st.sampled_from(["turn", "carrier"])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(repeats=st.lists(NOTES, max_size=4), data=st.data())
def test_notes_in_any_order_and_repeated_come_to_the_same(
    records: SqlRecords, repeats: list[str], data: st.DataObject
) -> None:
    sid, earlier = f"RE{uuid4().hex}", NOON - timedelta(seconds=3)
    turn = message_note(recording_sid=sid, seconds=11, received_at=earlier)
    carrier = recording_note(recording_sid=sid, node="somewhere", seconds=12)
    ids = set()
    for name in data.draw(st.permutations(["turn", "carrier", *repeats])):
        if name == "turn":
            ids.add(records.messages.keep(turn))
        else:
            ids.add(records.messages.recording_ready(carrier))
    (message_id,) = ids
    message = the_message(records, message_id)
    assert (message.caller, message.node) == (turn.caller, turn.node)
    assert message.fields == turn.fields
    assert (message.seconds, message.received_at) == (12, earlier)
    assert message.recording_url == carrier.recording_url
    assert due(records, LONG_AFTER) == ["email", "fetch"]


STEPS = st.permutations(["turn", "carrier", "carrier", "audio", "audio", "words", "words", "aside"])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_the_order_the_words_stay_and_one_email_is_due(
    records: SqlRecords, steps: list[str]
) -> None:
    note = recording_note(recording_sid=f"RE{uuid4().hex}")
    message_id = records.messages.recording_ready(note)
    for step in steps:
        if step == "turn":
            records.messages.keep(message_note(recording_sid=note.recording_sid))
        elif step == "carrier":
            records.messages.recording_ready(note)
        elif step == "audio":
            records.recordings.audio_stored(message_id, "RE1.wav", 11.5, NOON)
        elif step == "words":
            records.recordings.transcribed(message_id, HEARD, NOON)
        else:
            records.recordings.set_aside(message_id, "why", NOON)
    message = the_message(records, message_id)
    assert message.transcript == HEARD
    assert message.audio == "RE1.wav"
    assert message.fields == {"reason": "a leak"}
    assert due(records).count("email") == 1
