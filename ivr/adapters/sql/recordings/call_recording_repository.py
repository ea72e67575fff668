"""`SqlCallRecordingRepository`: recordings of conversations.

That they are fetched and turned into words is noted as of any recording, by
`SqlRecordingRepository`.
"""

from __future__ import annotations

from datetime import datetime

from ivr.adapters.sql.database import Source, reading, writing
from ivr.adapters.sql.recordings import conversation_rows as book
from ivr.adapters.sql.tables import call_recordings
from ivr.core.records.message import MessageState
from ivr.core.records.recording import CallRecordingNote, ConversationRecording


class SqlCallRecordingRepository:
    """Recordings of conversations. Every method raises
    `RecordsUnavailable` where the database cannot be used."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def keep(self, note: CallRecordingNote, now: datetime) -> str:
        """Note what the carrier says of a recording, and promise to fetch it. Returns its id."""
        with writing(self._source) as connection:
            return book.keep(connection, note, now)

    def origin(self, conversation: str) -> book.Origin | None:
        """Whose a conversation was: the call's SID, client and caller, as far as its legs tell."""
        with reading(self._source) as connection:
            return book.origin(connection, conversation)

    def find(self, recording_id: str) -> ConversationRecording | None:
        """The recording with this id."""
        with reading(self._source) as connection:
            return book.find(connection, recording_id)

    def of_call(self, call_sid: str) -> list[ConversationRecording]:
        """The recordings of a call's conversations, the first one first."""
        with reading(self._source) as connection:
            return book.those(connection, call_recordings.c.call_sid == call_sid)

    def newest(
        self, client: str | None = None, state: MessageState | None = None, limit: int = 100
    ) -> list[ConversationRecording]:
        """The newest first, of one client or of all, in one state or in any."""
        with reading(self._source) as connection:
            return book.newest(connection, client, state, limit)
