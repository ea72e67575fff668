"""Delivery receipts of texts, reported by the carrier or found in its lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from ivr.core.text_receipt import TextReceipt
from ivr.metrics import DELIVERIES
from ivr.services.protocols.records import Records

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class TextReceipts:
    """Records receipts. `jobs_changed` tells a client's consoles that something has changed."""

    records: Records
    jobs_changed: Callable[[str], None]

    def record(self, receipt: TextReceipt) -> None:
        """Record a receipt, once, whenever it arrives. A text that was not delivered goes the next
        way at once. Raises `RecordsError`."""
        if receipt.text:
            client = self.records.texts.receipt(receipt)
        else:
            delivery = self.records.deliveries.receipt(receipt)
            client = delivery.client if delivery else None
        if client is None:
            return
        said = log.bind(message_sid=receipt.message_sid, delivery=receipt.delivery, client=client)
        if receipt.failed:
            said.error("text.undelivered", error_code=receipt.error, status=receipt.status)
            DELIVERIES.labels("sms", "undelivered").inc()
        else:
            said.info("text.arrived")
            DELIVERIES.labels("sms", "arrived").inc()
        self.jobs_changed(client)
