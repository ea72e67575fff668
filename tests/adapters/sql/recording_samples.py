"""Recordings of conversations for the tests of the records."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ivr.core.records.message import Transcript, Word
from ivr.core.records.recording import CallRecordingNote
from tests.adapters.sql.records_samples import NOON

CONVERSATION = Transcript(
    "Caller: My boiler bangs.\nOperator: We come on Monday.",
    (Word("boiler", 0.1, 0.6, 0.9, "caller"), Word("monday", 1.2, 1.8, 0.5, "operator")),
    "vosk",
    "vosk-model-small-en-us-0.15",
)


def call_recording_note(**changes: Any) -> CallRecordingNote:
    """What the carrier says of the recording of a conversation."""
    usual = CallRecordingNote(
        recording_sid="RE7",
        conversation="talk",
        call_sid="CA1",
        client="rainbow-frost",
        caller="+441632960001",
        language="en-GB",
        began_at=NOON,
        seconds=12,
        speakers=("caller", "operator"),
        recording_url="https://carrier.example/RE7",
    )
    return replace(usual, **changes)
