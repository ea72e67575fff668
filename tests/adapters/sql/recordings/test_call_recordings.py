"""Recordings of conversations in the records: whatever the carrier says in whatever order."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.adapters.files.folder_storage import FolderStorage
from ivr.adapters.sql import SqlRecords
from ivr.core.queue.entry import for_callback
from ivr.core.records.call_course import tell
from ivr.core.records.message import MessageState, TranscriptionOptions
from ivr.core.records.outbox import OutboxKind
from ivr.core.records.recording import ConversationRecording
from ivr.core.records.retention import RetentionRule
from ivr.core.records.timeline import LegNote, LegRole
from tests.adapters.sql.recording_samples import CONVERSATION, call_recording_note
from tests.adapters.sql.records_samples import NOON, snapshot
from tests.call_back_samples import call_back

LEASE = timedelta(minutes=1)
RULE = RetentionRule(audio=30, transcript=90, caller=365, version="v7")
Told = dict[str, str | None]
THERE: Told = {"recording_url": "https://carrier.example/RE7", "absent": None}
ABSENT: Told = {"recording_url": None, "absent": "The carrier has none."}
NOBODYS: Told = {"client": None, "call_sid": None, "caller": None}


def the_recording(records: SqlRecords, recording_id: str) -> ConversationRecording:
    found = records.call_recordings.find(recording_id)
    assert found is not None
    return found


def due(records: SqlRecords, at: datetime = NOON) -> list[str]:
    return sorted(item.kind for item in records.outbox.claim(list(OutboxKind), at, LEASE, limit=10))


def stored(records: SqlRecords, **changes: object) -> str:
    """A recording whose audio is here."""
    recording_id = records.call_recordings.keep(call_recording_note(**changes), NOON)
    records.recordings.audio_stored(recording_id, "rainbow-frost/a.wav", 12.5, NOON, 2)
    return recording_id


def test_a_recording_is_kept_and_is_to_be_fetched_at_once(records: SqlRecords) -> None:
    recording_id = records.call_recordings.keep(call_recording_note(), NOON)
    assert [each.id for each in records.call_recordings.of_call("CA1")] == [recording_id]
    [item] = records.outbox.claim(["fetch"], NOON, LEASE, limit=10)
    assert (item.subject, item.payload["recording_sid"]) == (recording_id, "RE7")


def test_the_speech_worker_sees_it_as_it_sees_a_message(records: SqlRecords) -> None:
    recording_id = records.call_recordings.keep(call_recording_note(), NOON)
    seen = records.recordings.find(recording_id)
    assert seen is not None
    assert (seen.client, seen.channels, seen.speakers) == (
        "rainbow-frost",
        2,
        ("caller", "operator"),
    )


def test_stored_audio_is_to_be_written_down_and_the_carrier_s_copy_to_go(
    records: SqlRecords,
) -> None:
    recording_id = stored(records)
    assert due(records, NOON + timedelta(hours=1)) == ["discard", "transcribe"]
    found = the_recording(records, recording_id)
    assert (found.channels, found.seconds, found.stored_at) == (2, 12.5, NOON)


def test_a_client_who_wants_no_words_gets_none(records: SqlRecords) -> None:
    recording_id = stored(records, transcribe=False)
    assert due(records, NOON + timedelta(hours=1)) == ["discard"]
    assert the_recording(records, recording_id).state is MessageState.RECORDED
    assert records.recordings.transcribe_again(recording_id, None, NOON)
    assert due(records, NOON) == ["transcribe"]


def test_words_are_found_and_earlier_ones_stay(records: SqlRecords) -> None:
    recording_id = stored(records)
    records.recordings.transcribed(recording_id, CONVERSATION, NOON)
    found = the_recording(records, recording_id)
    assert found.transcript == CONVERSATION
    assert found.state is MessageState.TRANSCRIBED
    [hit] = records.search.find("boiler monday", client="rainbow-frost")
    assert records.search.look_up([hit]) == [found]
    assert records.search.find("boiler", client="another") == []
    assert records.recordings.transcribe_again(
        recording_id, TranscriptionOptions(recogniser="whisper"), NOON
    )
    records.recordings.transcribed(recording_id, CONVERSATION, NOON)
    assert len(records.recordings.transcripts(recording_id)) == 2
    assert due(records, NOON) == []


def test_what_was_set_aside_says_why_and_words_are_never_taken_back(records: SqlRecords) -> None:
    recording_id = stored(records)
    records.recordings.set_aside(recording_id, "It is no audio.", NOON)
    assert the_recording(records, recording_id).reason == "It is no audio."
    assert due(records, NOON) == []
    records.recordings.transcribed(recording_id, CONVERSATION, NOON)
    records.recordings.set_aside(recording_id, "Too late.", NOON)
    assert the_recording(records, recording_id).state is MessageState.TRANSCRIBED


def test_what_the_carrier_never_had_is_kept_with_the_reason(records: SqlRecords) -> None:
    recording_id = records.call_recordings.keep(call_recording_note(**ABSENT), NOON)
    found = the_recording(records, recording_id)
    assert (found.state, found.reason) == (MessageState.SET_ASIDE, "The carrier has none.")
    assert due(records, NOON) == []


def test_a_recording_of_nobody_s_is_kept_with_the_reason_until_somebody_knows_it(
    records: SqlRecords,
) -> None:
    recording_id = records.call_recordings.keep(call_recording_note(**NOBODYS), NOON)
    found = the_recording(records, recording_id)
    assert found.state is MessageState.SET_ASIDE
    assert "Nobody knows" in (found.reason or "")
    assert due(records, NOON) == []
    assert records.call_recordings.keep(call_recording_note(), NOON) == recording_id
    assert the_recording(records, recording_id).state is MessageState.RECORDED
    assert due(records, NOON) == ["fetch"]


def test_whose_a_conversation_was_is_known_by_its_legs(records: SqlRecords) -> None:
    leg = LegNote(key="talk operator", call_sid="CA1", role=LegRole.OPERATOR, started_at=NOON)
    records.calls.note([snapshot(), leg])
    assert records.call_recordings.origin("talk") == ("CA1", "rainbow-frost", "+441632960001")
    assert records.call_recordings.origin("tal_") is None


def test_a_call_back_s_recording_is_on_its_own_page(records: SqlRecords) -> None:
    asked = call_back()
    records.call_backs.promise(asked)
    ours = for_callback(asked.id)
    leg = LegNote(key="talk operator", call_sid=ours, role=LegRole.OPERATOR, started_at=NOON)
    records.calls.note([leg])
    assert records.call_recordings.origin("talk") == (ours, asked.client, asked.number)
    recording_id = stored(records, call_sid=ours)
    call_detail = records.calls.detail(ours)
    assert call_detail is not None
    assert [each.id for each in call_detail.recordings] == [recording_id]


TOLD = st.lists(
    st.sampled_from([THERE, ABSENT, {**THERE, **NOBODYS}, {**ABSENT, **NOBODYS}]), max_size=6
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=TOLD, after=TOLD)
def test_whatever_else_is_told_a_recording_that_is_there_is_fetched_once(
    records: SqlRecords, before: list[Told], after: list[Told]
) -> None:
    sid = uuid4().hex
    for change in (*before, THERE, *after):
        about = {"recording_sid": sid, **change}
        recording_id = records.call_recordings.keep(call_recording_note(**about), NOON)
    found = the_recording(records, recording_id)
    assert (found.state, found.reason) == (MessageState.RECORDED, None)
    assert (found.client, found.recording_url) == ("rainbow-frost", THERE["recording_url"])
    items = records.outbox.claim(["fetch"], NOON, LEASE, limit=99)
    assert [item.subject for item in items].count(recording_id) == 1


@pytest.mark.parametrize("settle", ["set aside", "transcribed", "deleted"])
def test_a_callback_that_comes_again_opens_nothing_that_is_settled(
    records: SqlRecords, settle: str, tmp_path: Path
) -> None:
    recording_id = stored(records)
    if settle == "set aside":
        records.recordings.set_aside(recording_id, "It is no audio.", NOON)
    elif settle == "transcribed":
        records.recordings.transcribed(recording_id, CONVERSATION, NOON)
    else:
        records.purges.purge(
            "rainbow-frost", RULE, FolderStorage(tmp_path).delete, NOON + timedelta(days=31)
        )
    due(records, NOON + timedelta(days=40))
    before = the_recording(records, recording_id)
    assert records.call_recordings.keep(call_recording_note(), NOON) == recording_id
    assert the_recording(records, recording_id) == before
    assert due(records, NOON) == []


def test_the_call_s_timeline_tells_of_it(records: SqlRecords) -> None:
    records.calls.note([snapshot()])
    recording_id = stored(records)
    records.recordings.transcribed(recording_id, CONVERSATION, NOON + timedelta(seconds=30))
    call_detail = records.calls.detail("CA1")
    assert call_detail is not None
    assert [line.text for line in tell(call_detail)][1:] == [
        "The conversation began to be recorded.",
        "The recording was fetched, 12 seconds.",
        "The recording was transcribed by vosk.",
    ]


def test_its_audio_goes_then_its_words_then_all_of_it(records: SqlRecords, tmp_path: Path) -> None:
    recording_id = stored(records)
    path = tmp_path / "rainbow-frost" / "a.wav"
    path.parent.mkdir()
    path.write_bytes(b"RIFF")
    records.recordings.transcribed(recording_id, CONVERSATION, NOON)

    def purge(days: int) -> None:
        now = NOON + timedelta(days=days, seconds=1)
        assert records.purges.purge("rainbow-frost", RULE, FolderStorage(tmp_path).delete, now) == 1

    purge(30)
    found = the_recording(records, recording_id)
    assert (found.audio, path.exists(), found.transcript) == (None, False, CONVERSATION)
    assert due(records, NOON + timedelta(days=30, seconds=1)) == ["discard"]
    purge(90)
    assert the_recording(records, recording_id).transcript is None
    assert records.recordings.transcripts(recording_id) == []
    assert records.search.find("boiler") == []
    purge(365)
    assert records.call_recordings.find(recording_id) is None
    assert [each.kind for each in records.purges.proofs()] == ["caller", "transcript", "audio"]


def test_a_caller_is_handed_over_and_erased_with_what_was_said(
    records: SqlRecords, tmp_path: Path
) -> None:
    recording_id = stored(records)
    other = stored(records, recording_sid="RE8", caller="+447700900123", call_sid="CA8")
    records.recordings.transcribed(recording_id, CONVERSATION, NOON)
    traces = records.purges.traces("+441632960001", None)
    assert traces.recordings == (recording_id,)
    rows = records.purges.caller_file(traces)
    assert [row["text"] for row in rows["call_recordings"]] == [CONVERSATION.text]
    assert len(rows["transcripts"]) == 1
    records.purges.erase("+441632960001", None, FolderStorage(tmp_path).delete, NOON, "sam")
    assert records.call_recordings.find(recording_id) is None
    assert records.search.find("boiler") == []
    assert the_recording(records, other)
    discarded = records.outbox.claim(["discard"], NOON, LEASE, limit=9)
    assert [item.payload["recording_sid"] for item in discarded] == ["RE7"]


def test_a_recording_of_nobody_s_goes_by_the_standard_rule(
    records: SqlRecords, tmp_path: Path
) -> None:
    recording_id = records.call_recordings.keep(call_recording_note(**NOBODYS), NOON)
    assert None in records.purges.clients()
    now = NOON + timedelta(days=366)
    while records.purges.purge(None, RULE, FolderStorage(tmp_path).delete, now):
        pass
    assert records.call_recordings.find(recording_id) is None
    [item] = records.outbox.claim(["discard"], now, LEASE, limit=9)
    assert item.payload["recording_sid"] == "RE7"
