"""Messages, recordings and texts in the records, as services see them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from ivr.core.records.message import Transcript
from ivr.core.records.outbox import Promise
from ivr.core.records.recording import CallRecordingNote, Recording


class RecordingRepository(Protocol):
    """Recordings to be fetched and transcribed."""

    def find(self, recording_id: str) -> Recording | None:
        """The recording of this id, as far as it is to be fetched and heard."""

    def audio_stored(
        self, recording_id: str, audio: str, seconds: float, now: datetime, channels: int = 1
    ) -> None:
        """Note that the audio is at `audio` below the recordings folder, `seconds` long; this
        finishes `fetch` and promises `transcribe`, where words are wanted.
        """

    def transcribed(
        self,
        recording_id: str,
        transcript: Transcript,
        now: datetime,
        promise: Promise | None = None,
    ) -> bool:
        """Note the words; this finishes `transcribe` and makes a message's e-mail due. With a
        `promise` only where that is still to be kept; returns whether they were noted.
        """

    def set_aside(self, recording_id: str, reason: str, now: datetime) -> None:
        """Note that there will be no words, and why, in words for the client; this finishes
        `fetch` and `transcribe` and makes a message's e-mail due.
        """


class CallRecordingRepository(Protocol):
    """Recordings of conversations."""

    def keep(self, note: CallRecordingNote, now: datetime) -> str:
        """Note what the carrier says of a recording, and promise to fetch it. Returns its id."""

    def origin(self, conversation: str) -> tuple[str, str | None, str | None] | None:
        """Whose a conversation was: the call's SID, client and caller, as far as its legs tell."""
