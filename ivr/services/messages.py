"""Messages: corrected, and noted as read by those who were sent them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from ivr.core.accounts.actor import Actor
from ivr.core.records.delivery import Delivery
from ivr.core.records.message import Correction, Message
from ivr.services.protocols.records import Records

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class MessageService:
    """Each method is one transaction; after it the open consoles are told.

    `changed` tells them that something of a client's has changed. `now` is aware. Every method
    raises `RecordsUnavailable` where the records cannot be used: then nothing is done.
    """

    records: Records
    changed: Callable[[str], None]

    def correct(
        self, message: Message, text: str, why: str, actor: Actor, now: datetime
    ) -> Correction:
        """Add a correction to a message, which is brought to whoever was told of it. Raises
        `DeliveryRefused` where nothing was delivered yet, or something is missing."""
        with self.records.unit_of_work() as work:
            made = work.messages.correct(message.id, text, why, actor.name, now)
            about = f"message {message.id}"
            work.audit.add(actor.entry("corrected a message", now, message.client, about))
        self.changed(message.client)
        return made

    def acknowledge(self, delivery: Delivery, how: str, now: datetime) -> None:
        """Note that somebody has read what was delivered to them; `how` says by which way."""
        self.records.deliveries.acknowledge(delivery.id, delivery.recipient, how, now)
        log.info("delivery.acknowledged", delivery=delivery.id, client=delivery.client)
        self.changed(delivery.client)
