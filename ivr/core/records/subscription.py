"""Programs that want to be told of events, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ivr.core.records.domain_event import DomainEvent

MOST = 20
"""Webhooks that a client's tokens, or the agency's, may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A webhook: an address that is told of `events`.

    `client` is that of its `token`: None is told of everybody's. While it is paused, since
    `paused_at` for a `reason`, it is told of nothing. It has failed `failures` times in a row since
    `failing_since`.
    """

    id: str
    token: str
    client: str | None
    url: str
    events: tuple[DomainEvent, ...]
    made_at: datetime
    paused_at: datetime | None = None
    reason: str | None = None
    failures: int = 0
    failing_since: datetime | None = None
