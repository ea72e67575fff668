"""Texts that come in: each is kept, and acted on if it concerns a delivery or somebody's status."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, tzinfo

import structlog

from ivr.core.acknowledgement import acknowledges
from ivr.core.call.engine import CallFlow
from ivr.core.delivery.words import thanks
from ivr.core.gsm7 import in_gsm7
from ivr.core.records.text_message import TextNote, TextReceived
from ivr.services.protocols.clients import Library
from ivr.services.protocols.records import Records, UnitOfWork
from ivr.services.status_texts import asks, carry_out_text

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class IncomingTexts:
    """Receives texts.

    `library` returns the clients' current flows. `jobs_changed` tells the consoles that something
    of a client's has changed; `statuses_changed` that somebody's availability has.
    """

    library: Callable[[], Library]
    records: Records
    jobs_changed: Callable[[str], None]
    statuses_changed: Callable[[], None]

    def receive(self, text: TextReceived) -> None:
        """Keep a text, once. Raises `RecordsError`.

        Only two kinds of text are answered, and each only once, so that two machines cannot answer
        one another for ever: an acknowledgement, and a status that one of the client's people sets.
        """
        flow = self.library().answering(text.to)
        if flow is not None and asks(flow, text.from_, text.body):
            self._carry_out(text, flow)
        elif acknowledges(text.body):
            self._acknowledge(text, flow.client.timezone if flow else UTC)
        else:
            self.records.texts.keep(text)
        log.info("text.received", message_sid=text.message_sid, client=text.client)

    def _carry_out(self, text: TextReceived, flow: CallFlow) -> None:
        """Do what one of the client's people asks for."""
        do = carry_out_text(self.records.statuses.ahead, text, flow)
        with self.records.unit_of_work() as work:
            if work.texts.keep(text):
                _answer(work, text, text.client or "", "asked", do(work))
        self.statuses_changed()
        self.jobs_changed(flow.client_id)

    def _acknowledge(self, text: TextReceived, zone: tzinfo) -> None:
        """Note that somebody has read what they were sent."""
        at = text.received_at
        with self.records.unit_of_work() as work:
            read = work.texts.answered(text) if work.texts.keep(text) else None
            if read is not None:
                work.deliveries.acknowledge(read.id, read.recipient, "by text", at)
                _answer(work, text, read.client, "read", thanks(read.recipient, at, zone))
        if read is not None:
            log.info("delivery.acknowledged", delivery=read.id, client=read.client)
            self.jobs_changed(read.client)


def _answer(work: UnitOfWork, text: TextReceived, client: str, node: str, words: str) -> None:
    """Enqueue the answer to a text, in words of our own."""
    answer = TextNote(
        client=client,
        call_sid=text.message_sid,
        turn=0,
        node=node,
        to=text.from_,
        from_=text.to,
        body=in_gsm7(words),
    )
    work.texts.promise(answer, text.received_at)
