"""Messages and texts in the records, as services see them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from ivr.core.records.delivery import Delivery
from ivr.core.records.message import Correction, Message, MessageNote, Missing, RecordingNote
from ivr.core.records.text_message import TextNote, TextReceived
from ivr.core.text_receipt import TextReceipt


class MessageRepository(Protocol):
    """What callers have left, and its corrections."""

    def keep(self, note: MessageNote) -> str:
        """Note what the call's turn knows of a recording. Returns the message's id."""

    def recording_ready(self, note: RecordingNote) -> str:
        """Note that the carrier has the recording, and promise to fetch it and to write to the
        recipient. Returns the message's id.
        """

    def recording_missing(self, note: RecordingNote, why: Missing) -> str | None:
        """Note that there is no recording and never will be. Returns the message's id, None where
        it is none: nothing was said.
        """

    def corrections(self, message_id: str) -> list[Correction]:
        """The corrections of a message, the first one first."""

    def correction(self, correction_id: str) -> Correction | None:
        """The correction with this id."""

    def find(self, message_id: str) -> Message | None:
        """The message with this id."""

    def correct(self, message_id: str, text: str, why: str, by: str, now: datetime) -> Correction:
        """Add a correction to a message, and enqueue to bring it to whoever was told of it.

        Raises `DeliveryRefused` where nothing was delivered yet, or something is missing.
        """


class TextRepository(Protocol):
    """Text messages."""

    def promise(self, note: TextNote, now: datetime) -> None:
        """Promise to send a text, once: the same note again changes nothing."""

    def keep(self, text: TextReceived) -> bool:
        """Keep a text that has come in, once; False where it was kept before."""

    def answered(self, text: TextReceived) -> Delivery | None:
        """What a text that has come in answers: the latest that went the other way and was not
        acknowledged.
        """

    def receipt(self, receipt: TextReceipt) -> str | None:
        """Note what has come of a text that a call has asked for, once; returns the client where
        it did not arrive and that is news.
        """

    def after(self, text: TextReceived) -> list[TextReceived]:
        """The texts from the same telephone to the same number that were sent after `text`."""
