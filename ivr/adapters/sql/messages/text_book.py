"""`TextBook`: text messages that are to be sent, and those that have come in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from ivr.adapters.sql.database import reading, writing
from ivr.adapters.sql.deliveries import rows as delivery_rows
from ivr.adapters.sql.messages import texts
from ivr.adapters.sql.unit_of_work import SqlUnitOfWork
from ivr.core.gsm7 import in_gsm7
from ivr.core.records.delivery import Delivery
from ivr.core.records.text_message import TextNote, TextReceived
from ivr.core.text_receipt import TextReceipt


class TextBook:
    """Text messages. Methods as those of `Records`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def promise(self, note: TextNote, now: datetime) -> None:
        """Promise to send a text, once: the same note again changes nothing."""
        with writing(self._engine) as connection:
            texts.promise(connection, note, now)

    def keep(self, text: TextReceived) -> None:
        """Keep a text that has come in, once: the same again changes nothing."""
        with writing(self._engine) as connection:
            texts.keep(connection, text)

    def keep_answer(self, text: TextReceived, thanks: Callable[[Delivery], str]) -> Delivery | None:
        """Keep a text that says that something was read, once: note that it was, and promise to
        answer with `thanks`. Returns what was read; None where it answers nothing."""
        with writing(self._engine) as connection:
            if not texts.keep(connection, text):
                return None
            at = text.received_at
            found = texts.answered(connection, text.from_, text.to, at)
            if found is None:
                return None
            delivery_rows.acknowledge(connection, found.id, found.recipient, "by text", at)
            _answer(connection, text, found.client, "read", thanks(found))
            return found

    def keep_request(self, text: TextReceived, do: Callable[[SqlUnitOfWork], str]) -> bool:
        """Keep a text that asks for something, once: do it, and promise to answer with the words
        that `do` returns, all or nothing. False where the text was kept before.

        Raises whatever `do` raises; then nothing was done.
        """
        with writing(self._engine) as connection:
            if not texts.keep(connection, text):
                return False
            _answer(connection, text, text.client or "", "asked", do(SqlUnitOfWork(connection)))
            return True

    def receipt(self, receipt: TextReceipt) -> str | None:
        """Note what has come of a text that a call has asked for, once; returns the client where
        it did not arrive and that is news."""
        with writing(self._engine) as connection:
            return texts.note_receipt(connection, receipt)

    def after(self, text: TextReceived) -> list[TextReceived]:
        """The texts from the same telephone to the same number that were sent after `text`."""
        with reading(self._engine) as connection:
            return texts.after(connection, text)

    def newest(self, limit: int = 100) -> list[TextReceived]:
        """The newest texts that have come in, newest first."""
        with reading(self._engine) as connection:
            return texts.newest(connection, limit)


def _answer(
    connection: sa.Connection, text: TextReceived, client: str, node: str, words: str
) -> None:
    """Promise to answer a text in words of our own."""
    answer = TextNote(
        client=client,
        call_sid=text.message_sid,
        turn=0,
        node=node,
        to=text.from_,
        from_=text.to,
        body=in_gsm7(words),
    )
    texts.promise(connection, answer, text.received_at)
