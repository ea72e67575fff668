"""Texts that came in and nobody reported, and texts of ours that were not delivered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from ivr.core.call.engine import CallFlow
from ivr.core.carrier import INBOUND, UNDELIVERED, CarrierText
from ivr.core.delivery.plan import DeliveryState
from ivr.core.reconciliation import Discrepancy
from ivr.core.records.purge import Purged
from ivr.core.records.text_message import TextReceived
from ivr.core.text_receipt import TextReceipt
from ivr.services.deletion_log import DeletionLog
from ivr.services.protocols.clients import Library
from ivr.services.protocols.records import Records
from ivr.services.reconciliation import Repair

STILL_MEANT = timedelta(hours=2)
"""How long after it was sent a status in a text still counts."""


@dataclass(frozen=True, slots=True)
class LostTexts:
    """Compares texts.

    `record` handles a text or a receipt exactly as if the carrier had just reported it. `asks`
    returns whether a text sets somebody's status.
    """

    records: Records
    library: Library
    deleted: DeletionLog
    record: Callable[[TextReceived | TextReceipt], None]
    asks: Callable[[CallFlow, str, str], bool]

    def compare(self, page: list[CarrierText], now: datetime) -> Iterator[Repair]:
        """Return repairs for texts of both directions. The carrier lists the newest first; texts
        that came in are handled in the order in which they were sent."""
        in_order = list(reversed(page))
        received = {text.sid: text for text in in_order if text.direction == INBOUND}
        known = self.records.at_carrier.texts(received) | self.deleted.among(received)
        for sid, text in received.items():
            if sid not in known:
                yield from self._received(text, now)
        lost = {text.sid: text for text in page if text.status in UNDELIVERED}
        for delivery in self.records.at_carrier.sent(lost):
            if delivery.state is DeliveryState.SENT:
                text = lost[delivery.provider_id or ""]
                words = f"to {delivery.recipient} counts as sent, and did not arrive"
                why = f"the carrier says {text.status}, error {text.error or 'unknown'}"
                receipt = TextReceipt(
                    message_sid=text.sid,
                    status=text.status,
                    error=text.error,
                    at=now,
                    delivery=delivery.id,
                )
                found = _found(text, delivery.client, words, why)
                yield Repair(found, partial(self.record, receipt))

    def _received(self, text: CarrierText, now: datetime) -> Iterator[Repair]:
        flow = self.library.answering(text.to)
        if flow is None or self.deleted.over(flow.client_id, Purged.CALLER, text.at, now):
            return  # to a number of somebody else's in this account, or over its time
        at = min(text.at, now)
        came = TextReceived(
            message_sid=text.sid,
            client=flow.client_id,
            from_=text.from_,
            to=text.to,
            body=text.body,
            received_at=at,
        )
        if self.asks(flow, text.from_, text.body) and self._overtaken(flow, came, now):
            words = "says where somebody is, and was found too late to count"
            yield Repair(
                _found(text, flow.client_id, words), partial(self.records.texts.keep, came)
            )
            return
        yield Repair(_found(text, flow.client_id, "was not told of"), partial(self.record, came))

    def _overtaken(self, flow: CallFlow, text: TextReceived, now: datetime) -> bool:
        """Return whether a status is out of date: too old, or replaced by a later text."""
        if now - text.received_at > STILL_MEANT:
            return True
        later = self.records.texts.after(text)
        return any(self.asks(flow, each.from_, each.body) for each in later)


def _found(
    text: CarrierText, client: str | None, words: str, why: str | None = None
) -> Discrepancy:
    return Discrepancy(kind="text", sid=text.sid, client=client, at=text.at, words=words, why=why)
