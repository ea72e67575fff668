"""`SqlTextRepository`: text messages that are to be sent, and those that have come in."""

from __future__ import annotations

from datetime import datetime

from ivr.adapters.sql.database import Source, reading, writing
from ivr.adapters.sql.messages import texts
from ivr.core.records.delivery import Delivery
from ivr.core.records.text_message import TextNote, TextReceived
from ivr.core.text_receipt import TextReceipt


class SqlTextRepository:
    """Text messages. Every method raises `RecordsUnavailable` where the
    database cannot be used."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def promise(self, note: TextNote, now: datetime) -> None:
        """Promise to send a text, once: the same note again changes nothing."""
        with writing(self._source) as connection:
            texts.promise(connection, note, now)

    def keep(self, text: TextReceived) -> bool:
        """Keep a text that has come in, once; False where it was kept before."""
        with writing(self._source) as connection:
            return texts.keep(connection, text)

    def answered(self, text: TextReceived) -> Delivery | None:
        """What a text that has come in answers: the latest that went the other way and was not
        acknowledged."""
        with reading(self._source) as connection:
            return texts.answered(connection, text.from_, text.to, text.received_at)

    def receipt(self, receipt: TextReceipt) -> str | None:
        """Note what has come of a text that a call has asked for, once; returns the client where
        it did not arrive and that is news."""
        with writing(self._source) as connection:
            return texts.note_receipt(connection, receipt)

    def after(self, text: TextReceived) -> list[TextReceived]:
        """The texts from the same telephone to the same number that were sent after `text`."""
        with reading(self._source) as connection:
            return texts.after(connection, text)

    def newest(self, limit: int = 100) -> list[TextReceived]:
        """The newest texts that have come in, newest first."""
        with reading(self._source) as connection:
            return texts.newest(connection, limit)
