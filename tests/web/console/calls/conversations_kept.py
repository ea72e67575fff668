"""Recordings of conversations, with sound that can be played."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import soundfile

from ivr.core.records.message import TextSpan, Transcript, Word
from ivr.core.records.recording import CallRecordingNote
from tests.recordings_folder import recordings_folder
from tests.web.console.small_console import NOON, Console

SECONDS = 65
WORDS = (
    Word("my", 0.5, 1.0, 0.95, "caller"),
    Word("boiler", 1.0, 1.5, 0.4, "caller"),
    Word("monday", 62.0, 63.2, 0.99, "operator"),
)
HEARD = Transcript(
    "Caller: My boiler.\nOperator: Monday.",
    WORDS,
    "vosk",
    "vosk-model-en-us-0.22",
    "0.3.45",
    (TextSpan("My", 0, 0, 0.95), TextSpan("boiler.", 1, 1, 0.4), TextSpan("Monday.", 2, 2, 0.99)),
)
NOTE = CallRecordingNote(
    recording_sid="RE7",
    conversation="talk",
    call_sid="CA1",
    client="acme",
    caller="+441632960009",
    language="en-GB",
    began_at=NOON,
    seconds=SECONDS,
    speakers=("caller", "operator"),
    recording_url="https://carrier.example/RE7",
)


def record(console: Console, heard: Transcript | None = HEARD, **changes: object) -> str:
    """Keep a conversation with its sound and words; returns the recording's id."""
    note = replace(NOTE, **changes)  # type: ignore[arg-type]
    recording_id = console.records.call_recordings.keep(note, NOON)
    audio = f"{note.client}/{recording_id}.wav"
    path = recordings_folder(console.settings) / audio
    path.parent.mkdir(parents=True, exist_ok=True)
    tone = (3000 * np.sin(np.arange(8000 * SECONDS) / 5)).astype(np.int16)
    soundfile.write(path, np.column_stack([tone, tone // 2]), 8000, subtype="PCM_16")
    console.records.recordings.audio_stored(recording_id, audio, SECONDS, NOON, 2)
    if heard:
        console.records.recordings.transcribed(recording_id, heard, NOON)
    return recording_id
