"""Texts: to people, and those that a call has asked for.

The carrier cannot recognise a repeat. So a text of which it is not known whether it went out is
looked for among those that the carrier has, before it is sent again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from ivr.core.records.outbox import OutboxItem, OutboxKind
from ivr.errors import CarrierError, CarrierRefused, DeliveryError, DeliveryRefused
from ivr.services.deliveries.attempt import Attempt, attempt_all
from ivr.services.protocols.records import Records


class TextCarrier(Protocol):
    """Sends texts; `ivr.adapters.twilio.rest.telephone.TwilioTelephone` is the real one."""

    def send_text(self, to: str, from_: str, body: str, about: str = "") -> str:
        """Send a text; numbers are E.164. Returns its SID. `about` is a query by which its
        receipts say what it was. Raises `CarrierError`."""

    def find_text(self, to: str, from_: str, body: str, since: datetime) -> str | None:
        """The SID of such a text if one was sent since then. Raises `CarrierError`."""


def text_once(records: Records, carrier: TextCarrier, now: datetime) -> int:
    """Send the texts that are due; returns how many were dealt with. Raises `RecordsError`."""

    def prepare(item: OutboxItem) -> Attempt:
        about = {"call_sid": item.payload["call_sid"], "client": item.payload["client"]}
        return Attempt(about, lambda: _send(item, carrier))

    return attempt_all(records, OutboxKind.SMS, now, prepare)


def _send(item: OutboxItem, carrier: TextCarrier) -> None:
    text = (item.payload["to"], item.payload["from"], item.payload["body"])
    since = item.first_claimed_at if item.attempts > 1 else None
    send_text(carrier, *text, f"text={item.subject}", since)


def send_text(
    carrier: TextCarrier,
    to: str,
    from_: str,
    body: str,
    about: str,
    tried_since: datetime | None,
    is_another: Callable[[str], bool] = lambda sid: False,
) -> str:
    """Send a text, unless it turns out to be sent already; returns its SID.

    `about` is as in `TextCarrier.send_text`.
    `tried_since` is when it was first tried, if it was; `is_another` tells of a SID whether it
    belongs to another text that says the same. Raises `DeliveryError`.
    """
    try:
        if tried_since is not None:
            sent = carrier.find_text(to, from_, body, tried_since)
            if sent is not None and not is_another(sent):
                return sent
        return carrier.send_text(to, from_, body, about)
    except CarrierRefused as error:
        raise DeliveryRefused(str(error)) from error
    except CarrierError as error:
        raise DeliveryError(str(error)) from error
