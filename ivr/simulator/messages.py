"""Text messages, sent by the server through the carrier or to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

from ivr.simulator.identity import new_sid


@dataclass(frozen=True, slots=True)
class TextFate:
    """What comes of texts to a number: its statuses one after another, and the error code of the
    last one."""

    statuses: tuple[str, ...] = ("sent", "delivered")
    error_code: int | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One text message, taken over by the carrier; `status` and `error_code` say what has come of
    it. https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
    """

    to: str
    from_: str
    body: str
    status_callback: str | None = None
    sid: str = field(default_factory=lambda: new_sid("SM"))
    status: str = "sent"
    error_code: int | None = None
    direction: str = "outbound-api"
    created: datetime = field(default_factory=lambda: datetime.now(UTC))

    def as_json(self, account_sid: str) -> dict[str, object]:
        """https://www.twilio.com/docs/messaging/api/message-resource#message-properties"""
        date = format_datetime(self.created)
        uri = f"/2010-04-01/Accounts/{account_sid}/Messages/{self.sid}"
        return {
            "account_sid": account_sid,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": date,
            "date_sent": date,
            "date_updated": date,
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": None,
            "from": self.from_,
            "messaging_service_sid": None,
            "num_media": "0",
            "num_segments": str(max(1, -(-len(self.body) // 160))),
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": self.to,
            "uri": f"{uri}.json",
        }
