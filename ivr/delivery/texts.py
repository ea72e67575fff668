"""The texts' relay: due rows of the outbox → the carrier.

The carrier cannot recognise a repeat: a process that dies between its answer and our note of it
sends a text twice.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from ivr.delivery.attempt import Attempt, work_off
from ivr.errors import CarrierError, CarrierRefused, DeliveryError, DeliveryRefused
from ivr.records import Records
from ivr.records.outbox import OutboxItem, OutboxKind


class TextCarrier(Protocol):
    """Sends texts; `ivr.carrier.rest.Telephone` is the real one."""

    def send_text(self, to: str, from_: str, body: str) -> str:
        """Send a text; numbers are E.164. Returns its SID. Raises `CarrierError`."""


def text_once(records: Records, carrier: TextCarrier, now: datetime) -> int:
    """Send the texts that are due; returns how many were dealt with. Raises `RecordsError`."""

    def prepare(item: OutboxItem) -> Attempt:
        about = {"call_sid": item.payload["call_sid"], "client": item.payload["client"]}
        return Attempt(about, lambda: _send(item, carrier))

    return work_off(records, OutboxKind.SMS, now, prepare)


def _send(item: OutboxItem, carrier: TextCarrier) -> None:
    try:
        carrier.send_text(item.payload["to"], item.payload["from"], item.payload["body"])
    except CarrierRefused as error:
        raise DeliveryRefused(str(error)) from error
    except CarrierError as error:
        raise DeliveryError(str(error)) from error
