"""`SqlMessageRepository`: what callers have left, and its corrections."""

from __future__ import annotations

from datetime import datetime

from ivr.adapters.sql.database import Source, reading, writing
from ivr.adapters.sql.messages import corrections, queries, rows
from ivr.core.records.message import (
    Correction,
    Message,
    MessageNote,
    MessageState,
    Missing,
    RecordingNote,
)


class SqlMessageRepository:
    """The messages in the records. Every method raises `RecordsUnavailable` where the database
    cannot be used."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def keep(self, note: MessageNote) -> str:
        """Note what the call's turn knows of a recording. Returns the message's id."""
        with writing(self._source) as connection:
            return rows.keep(connection, note)

    def recording_ready(self, note: RecordingNote) -> str:
        """Note that the carrier has the recording, and enqueue to fetch it and to write to the
        recipient. Returns the message's id."""
        with writing(self._source) as connection:
            return rows.recording_ready(connection, note)

    def recording_missing(self, note: RecordingNote, why: Missing) -> str | None:
        """Note that there is no recording and never will be. Returns the message's id, None where
        it is none: nothing was said."""
        with writing(self._source) as connection:
            return rows.recording_missing(connection, note, why)

    def correct(self, message_id: str, text: str, why: str, by: str, now: datetime) -> Correction:
        """Add a correction to a message, and enqueue to bring it to whoever was told of it.

        Raises `DeliveryRefused` where nothing was delivered yet, or something is missing.
        """
        with writing(self._source) as connection:
            return corrections.add(connection, message_id, text, why, by, now)

    def corrections(self, message_id: str) -> list[Correction]:
        """The corrections of a message, the first one first."""
        with reading(self._source) as connection:
            return corrections.of_message(connection, message_id)

    def correction(self, correction_id: str) -> Correction | None:
        """The correction with this id."""
        with reading(self._source) as connection:
            return corrections.find(connection, correction_id)

    def find(self, message_id: str) -> Message | None:
        """The message with this id."""
        with reading(self._source) as connection:
            return queries.find(connection, message_id)

    def newest(
        self,
        client: str | None = None,
        limit: int = 100,
        *,
        state: MessageState | None = None,
        caller: str | None = None,
        offset: int = 0,
    ) -> list[Message]:
        """At most `limit` messages after the first `offset`, the newest first: of one client or of
        all, in one state or in any, from one number or from any."""
        with reading(self._source) as connection:
            return queries.newest(connection, client, state, caller, limit, offset)
