"""Messages, recordings and texts in the records, as services see them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from ivr.core.records.delivery import Delivery
from ivr.core.records.message import Transcript
from ivr.core.records.outbox import Promise
from ivr.core.records.recording import CallRecordingNote, Recording
from ivr.core.records.text_message import TextNote, TextReceived
from ivr.core.text_receipt import TextReceipt
from ivr.services.protocols.unit_of_work import UnitOfWork


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


class TextRepository(Protocol):
    """Text messages."""

    def promise(self, note: TextNote, now: datetime) -> None:
        """Promise to send a text, once: the same note again changes nothing."""

    def keep(self, text: TextReceived) -> None:
        """Keep a text that has come in, once: the same again changes nothing."""

    def keep_answer(self, text: TextReceived, thanks: Callable[[Delivery], str]) -> Delivery | None:
        """Keep a text that says that something was read, once: note that it was, and promise to
        answer with `thanks`. Returns what was read; None where it answers nothing.
        """

    def keep_request(self, text: TextReceived, do: Callable[[UnitOfWork], str]) -> bool:
        """Keep a text that asks for something, once: do it, and promise to answer with the words
        that `do` returns, all or nothing. False where the text was kept before.

        Raises whatever `do` raises; then nothing was done.
        """

    def receipt(self, receipt: TextReceipt) -> str | None:
        """Note what has come of a text that a call has asked for, once; returns the client where
        it did not arrive and that is news.
        """

    def after(self, text: TextReceived) -> list[TextReceived]:
        """The texts from the same telephone to the same number that were sent after `text`."""
