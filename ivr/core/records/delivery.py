"""What is delivered to people, and how far each delivery has come, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ivr.core.delivery.plan import Channel, DeliveryState, Tried


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryItem:
    """What is to be delivered to one recipient, whatever the channel.

    `promise` is the key of the outbox's row that promises it, `about` what kind of thing it is.
    """

    promise: str
    client: str
    about: str
    recipient: str
    message: str | None = None
    job: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A delivery item on one channel. `address` is where it went, `key` the same at every try.

    `arrived_at` is when the carrier said that a text had arrived, `error_code` is its code where it
    did not.
    """

    id: str
    key: str
    promise: str
    client: str
    message: str | None
    job: str | None
    about: str
    recipient: str
    channel: Channel
    address: str
    state: DeliveryState
    attempts: int
    began_at: datetime
    again_at: datetime | None
    sent_at: datetime | None
    provider_id: str | None
    digest: str | None
    error: str | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    acknowledged_how: str | None
    arrived_at: datetime | None = None
    error_code: int | None = None

    @property
    def tried(self) -> Tried:
        """What has happened so far, as the plan wants to know it."""
        return Tried(self.state, self.attempts, self.began_at, self.sent_at, self.again_at)


@dataclass(frozen=True, slots=True)
class Unread:
    """How much was sent and not acknowledged, and when the oldest of it was sent."""

    count: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Promised:
    """What somebody, `to`, is to be told of a job and has not been sent on any channel: the key of
    its promise, when it is to be sent, or that it was given up and why."""

    key: str
    to: str
    due_at: datetime
    given_up: bool
    error: str | None
