"""Texts that come in: each is kept, and acted on if it concerns a delivery or somebody's status."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, tzinfo

import structlog

from ivr.core.acknowledgement import acknowledges
from ivr.core.delivery.words import thanks
from ivr.core.records.text_message import TextReceived
from ivr.services.protocols.clients import Library
from ivr.services.protocols.records import Records
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
            do = carry_out_text(self.records.statuses.ahead, text, flow)
            self.records.texts.keep_request(text, do)
            self.statuses_changed()
            self.jobs_changed(flow.client_id)
        elif acknowledges(text.body):
            self._acknowledge(text, flow.client.timezone if flow else UTC)
        else:
            self.records.texts.keep(text)
        log.info("text.received", message_sid=text.message_sid, client=text.client)

    def _acknowledge(self, text: TextReceived, zone: tzinfo) -> None:
        at = text.received_at
        read = self.records.texts.keep_answer(text, lambda each: thanks(each.recipient, at, zone))
        if read is not None:
            log.info("delivery.acknowledged", delivery=read.id, client=read.client)
            self.jobs_changed(read.client)
