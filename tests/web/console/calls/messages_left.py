"""Messages that callers have left, with a recording that can be played."""

from __future__ import annotations

from typing import Any

import numpy as np
import soundfile

from ivr.core.records.message import TextSpan, Transcript, Word
from tests.adapters.sql.records_samples import message_note
from tests.recordings_folder import recordings_folder
from tests.web.console.small_console import NOON, Console

SECONDS = 4
WORDS = (
    Word("please", 0.5, 1.0, 0.95),
    Word("ring", 1.0, 1.5, 0.4),
    Word("oh", 2.0, 2.2, 0.99),
    Word("one", 2.2, 3.4, 0.99),
)
HEARD = Transcript(
    "Please ring 01632 960001.",
    WORDS,
    "vosk",
    "vosk-model-en-us-0.22",
    "0.3.45",
    (
        TextSpan("Please", 0, 0, 0.95),
        TextSpan("ring", 1, 1, 0.4),
        TextSpan("01632 960001.", 2, 3, 0.99),
    ),
    "+441632960001",
    "gave 01632 960001, rang from 01632 960009",
)


def leave(console: Console, heard: Transcript | None = HEARD, **changes: Any) -> str:
    """Keep a message with four seconds of sound and its words; returns its id."""
    facts = {"caller": "+441632960009", "client_name": "Acme", "client": "acme", **changes}
    message_id = console.records.messages.keep(message_note(**facts))
    audio = f"{facts['client']}/{message_id}.wav"
    path = recordings_folder(console.settings) / audio
    path.parent.mkdir(parents=True, exist_ok=True)
    sound = (0.1 * np.sin(np.arange(8000 * SECONDS) / 5)).astype(np.float32)
    soundfile.write(path, sound, 8000, subtype="ULAW")
    console.records.recordings.audio_stored(message_id, audio, SECONDS, NOON)
    if heard:
        console.records.recordings.transcribed(message_id, heard, NOON)
    return message_id
