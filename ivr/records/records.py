"""`Records`: everything that the rest of the system asks of the records database."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from ivr.records.calls import CallSnapshot
from ivr.records.messages import Message, MessageNote, RecordingNote, Transcript
from ivr.records.outbox import OutboxItem, Waiting


class Records:
    """The records database. Safe across threads; opened on first use."""

    def note_call(self, snapshot: CallSnapshot) -> None:
        raise NotImplementedError

    def note_calls(self, snapshots: Iterable[CallSnapshot]) -> None:
        raise NotImplementedError

    def end_call(self, call_sid: str, at: datetime, outcome: str, from_: str, to: str) -> None:
        raise NotImplementedError

    def call(self, call_sid: str) -> CallSnapshot | None:
        raise NotImplementedError

    def calls(self, client: str | None = None, limit: int = 100) -> list[CallSnapshot]:
        raise NotImplementedError

    def keep_message(self, note: MessageNote) -> str:
        raise NotImplementedError

    def recording_ready(self, note: RecordingNote) -> str:
        raise NotImplementedError

    def message(self, message_id: str) -> Message | None:
        raise NotImplementedError

    def messages(self, client: str | None = None, limit: int = 100) -> list[Message]:
        raise NotImplementedError

    def audio_stored(self, message_id: str, audio: str, seconds: float, now: datetime) -> None:
        raise NotImplementedError

    def transcribed(self, message_id: str, transcript: Transcript, now: datetime) -> None:
        raise NotImplementedError

    def set_aside(self, message_id: str, reason: str, now: datetime) -> None:
        raise NotImplementedError

    def claim(
        self, kinds: Collection[str], now: datetime, lease: timedelta, limit: int
    ) -> list[OutboxItem]:
        raise NotImplementedError

    def done(self, item_id: int, now: datetime) -> None:
        raise NotImplementedError

    def retry(self, item_id: int, at: datetime, error: str) -> None:
        raise NotImplementedError

    def give_up(self, item_id: int, error: str, now: datetime) -> None:
        raise NotImplementedError

    def waiting(self, kind: str) -> Waiting:
        raise NotImplementedError


def open_records(database_url: str) -> Records:
    """The records at `database_url` (an SQLAlchemy URL); nothing is opened yet."""
    raise NotImplementedError
