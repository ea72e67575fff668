"""`SqlRecordingRepository`: what becomes of recordings that are to be heard.

They are those of messages and of conversations: an id is the message's, or that of the
conversation's recording.
"""

from __future__ import annotations

from datetime import datetime

from ivr.adapters.sql.database import Source, reading, writing
from ivr.adapters.sql.recordings import rows, transcripts
from ivr.core.records.message import Transcript, TranscriptionOptions
from ivr.core.records.outbox import Promise
from ivr.core.records.recording import Recording


class SqlRecordingRepository:
    """Recordings to be heard. Every method raises `RecordsUnavailable` where the
    database cannot be used."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def find(self, recording_id: str) -> Recording | None:
        """The recording of this id, as far as it is to be fetched and heard."""
        with reading(self._source) as connection:
            return rows.find(connection, recording_id)

    def audio_stored(
        self, recording_id: str, audio: str, seconds: float, now: datetime, channels: int = 1
    ) -> None:
        """Note that the audio is at `audio` below the recordings folder, `seconds` long; this
        finishes `fetch` and promises `transcribe`, where words are wanted."""
        with writing(self._source) as connection:
            rows.audio_stored(connection, recording_id, audio, seconds, channels, now)

    def transcribed(
        self,
        recording_id: str,
        transcript: Transcript,
        now: datetime,
        promise: Promise | None = None,
    ) -> bool:
        """Note the words; this finishes `transcribe` and makes a message's e-mail due. With a
        `promise` only where that is still to be kept; returns whether they were noted."""
        with writing(self._source) as connection:
            return rows.transcribed(connection, recording_id, transcript, now, promise)

    def set_aside(self, recording_id: str, reason: str, now: datetime) -> None:
        """Note that there will be no words, and why, in words for the client; this finishes
        `fetch` and `transcribe` and makes a message's e-mail due."""
        with writing(self._source) as connection:
            rows.set_aside(connection, recording_id, reason, now)

    def transcripts(self, recording_id: str) -> list[tuple[datetime, Transcript]]:
        """Every transcript of a recording and when it was made, the newest first."""
        with reading(self._source) as connection:
            return transcripts.all_of(connection, recording_id)

    def transcribe_again(
        self, recording_id: str, hearing: TranscriptionOptions | None, now: datetime
    ) -> bool:
        """Have a recording's audio heard once more, as `hearing` says (None: as before).

        False where there is no such recording, or no audio of it.
        """
        with writing(self._source) as connection:
            return rows.transcribe_again(connection, recording_id, hearing, now)
