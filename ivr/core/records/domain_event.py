"""What programs are told of."""

from __future__ import annotations

from enum import StrEnum


class DomainEvent(StrEnum):
    """What has happened."""

    MESSAGE_RECEIVED = "message.received"
    MESSAGE_TRANSCRIBED = "message.transcribed"
    MESSAGE_SET_ASIDE = "message.set_aside"
    JOB_OPENED = "job.opened"
    JOB_CHANGED = "job.changed"
    JOB_CLOSED = "job.closed"
    DELIVERY_READ = "delivery.read"
    CALL_ENDED = "call.ended"
