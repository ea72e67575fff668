"""The carrier's delivery receipt for a text. Pure.

https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import AwareDatetime

from ivr.core.carrier import UNDELIVERED

ARRIVED = frozenset({"delivered", "read"})
FINAL = ARRIVED | UNDELIVERED
"""After these nothing more comes of a text. Whatever else is told, such as `sent`, says no more
than that it is on its way, and may be told late."""

_REASONS = {
    21610: "they have asked for no more texts from this number",
    30003: "the telephone is off or out of reach",
    30004: "the telephone or its network blocks it",
    30005: "there is no such telephone",
    30006: "it is a landline, or its network takes no texts",
    30007: "the network took it for unwanted mail",
    30008: "the network does not say why",
}
"""https://www.twilio.com/docs/api/errors"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextReceipt:
    """The status of the text that the carrier calls `message_sid`.

    `delivery` is the id of the delivery that the text carries, and `text` the outbox key of a text
    that a call asked for; each is set if it is known. `error` is the carrier's code.
    """

    message_sid: str
    status: str
    error: int | None
    at: AwareDatetime
    delivery: str | None = None
    text: str | None = None

    @property
    def arrived(self) -> bool:
        """Whether it was delivered."""
        return self.status in ARRIVED

    @property
    def failed(self) -> bool:
        """Whether it will never be delivered."""
        return self.status in UNDELIVERED

    @property
    def why(self) -> str:
        """Why it was not delivered, in words."""
        reason = _REASONS.get(self.error or 0, "the carrier could not deliver it")
        return f"The text did not arrive: {reason} (error {self.error or 'unknown'})."
