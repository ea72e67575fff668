"""The carrier's own list of calls, recordings and texts, as values. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

INBOUND = "inbound"
ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
"""The statuses after which nothing more happens to a call.

https://www.twilio.com/docs/voice/api/call-resource#call-status-values
"""

HUNG_UP = "hung up"
_OUTCOMES = {
    "no-answer": "not answered",
    "busy": "busy",
    "failed": "failed",
    "canceled": "cancelled",
}

UNDELIVERED = frozenset({"failed", "undelivered"})
"""https://www.twilio.com/docs/messaging/api/message-resource#message-status-values"""


def outcome_of(status: str) -> str:
    """Return how a call ended, in our words, from the carrier's final status."""
    return _OUTCOMES.get(status, HUNG_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierCall:
    """A call leg at the carrier.

    `caller` is None where the number is withheld. Times are aware; `ended_at` is None while it
    continues.
    """

    sid: str
    caller: str | None
    called: str
    direction: str
    status: str
    started_at: datetime
    ended_at: datetime | None

    @property
    def is_over(self) -> bool:
        """Whether the call has ended."""
        return self.status in ENDED


class RecordingOf(StrEnum):
    """What Tango asked the carrier to record."""

    MESSAGE = "RecordVerb"
    CONVERSATION = "Conference"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierRecording:
    """A recording at the carrier, `seconds` long.

    `source` says what it records; `room` is the SID of its conference.
    """

    sid: str
    call_sid: str | None
    room: str | None
    source: str
    status: str
    started_at: datetime
    seconds: int
    url: str

    @property
    def ended_at(self) -> datetime:
        """When its last word was said."""
        return self.started_at + timedelta(seconds=self.seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierText:
    """A text message at the carrier, sent or received at `at`.

    `error` is the carrier's code if it was not delivered.
    """

    sid: str
    from_: str
    to: str
    body: str
    direction: str
    status: str
    error: int | None
    at: datetime
