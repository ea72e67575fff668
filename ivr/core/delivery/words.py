"""Deliveries in words, as people read them in the console and on the terminal, and what is said to
somebody who answers a text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Protocol

from ivr.core.delivery.plan import Channel, DeliveryState
from ivr.core.jobs.words import when

CHANNELS = {
    Channel.EMAIL: "E-mail",
    Channel.SMS: "Text",
    Channel.WEBHOOK: "Posted",
    Channel.DIGEST: "The day’s e-mail",
    Channel.AGENCY: "E-mail to the agency, instead of",
}
ABOUT = {"correction": ", the correction", "notice": ", about the job"}


class Delivered(Protocol):
    """What is known of a delivery."""

    @property
    def about(self) -> str: ...
    @property
    def recipient(self) -> str: ...
    @property
    def channel(self) -> Channel: ...
    @property
    def state(self) -> DeliveryState: ...
    @property
    def attempts(self) -> int: ...
    @property
    def sent_at(self) -> datetime | None: ...
    @property
    def arrived_at(self) -> datetime | None: ...
    @property
    def error(self) -> str | None: ...
    @property
    def acknowledged_at(self) -> datetime | None: ...
    @property
    def acknowledged_by(self) -> str | None: ...
    @property
    def acknowledged_how(self) -> str | None: ...


def in_words(
    delivery: Delivered, zone: tzinfo, reasons: bool = True, *, of_the_job: bool = False
) -> str:
    """One delivery: `E-mail to Ian: sent Mon 23 Nov 12:10, read Mon 23 Nov 14:02 by Ian`.

    `reasons` says whether it tells why something failed, in the words of servers and carriers,
    `of_the_job` that it stands where everything is about a job.
    """
    channel = CHANNELS[delivery.channel]
    to = "" if channel.endswith("instead of") else " to"
    about = "" if of_the_job and delivery.about == "notice" else ABOUT.get(delivery.about, "")
    return f"{channel}{to} {delivery.recipient}{about}: {_came_of_it(delivery, zone, reasons)}"


def _came_of_it(delivery: Delivered, zone: tzinfo, reasons: bool) -> str:
    why = f" ({delivery.error})" if reasons and delivery.error else ""
    sent = f"sent {when(delivery.sent_at, zone)}" if delivery.sent_at else ""
    match delivery.state:
        case DeliveryState.SENT:
            arrived = ", arrived" if delivery.arrived_at else ""
            return f"{sent}{arrived}, not acknowledged"
        case DeliveryState.ACKNOWLEDGED:
            return f"{sent}, {read(delivery, zone)}"
        case DeliveryState.FAILED:
            return f"not through after {_times(delivery)}, will be tried again{why}"
        case DeliveryState.GIVEN_UP if sent:
            return f"{sent}, did not arrive{why}"
        case DeliveryState.GIVEN_UP:
            return f"given up after {_times(delivery)}{why}"
        case DeliveryState.SUPERSEDED:
            return "no longer needed: it was read otherwise"
        case _:
            return "about to be sent"


def read(delivery: Delivered, zone: tzinfo, now: datetime | None = None) -> str:
    """By whom it was read, and when: `read Mon 23 Nov 14:02 by Ian`, on the day of `now`
    `read 14:02 by Ian`; nothing where it was not."""
    if delivery.acknowledged_at is None:
        return ""
    verb = "taken" if delivery.channel is Channel.WEBHOOK else "read"
    return f"{verb} {when(delivery.acknowledged_at, zone, now)} by {delivery.acknowledged_by}"


def first_read(deliveries: Iterable[Delivered]) -> Delivered | None:
    """Of a message's deliveries, that which a person has acknowledged first."""
    found = [
        (each.acknowledged_at, index, each)
        for index, each in enumerate(deliveries)
        if each.acknowledged_at and each.about == "message" and each.channel is not Channel.WEBHOOK
    ]
    return min(found)[2] if found else None


def _times(delivery: Delivered) -> str:
    return "one try" if delivery.attempts == 1 else f"{delivery.attempts} tries"


def thanks(name: str, now: datetime, zone: tzinfo) -> str:
    """What is answered."""
    return f"Thank you, {name}. Noted as read at {now.astimezone(zone):%H:%M}."
