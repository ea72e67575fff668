"""What each operator is doing: available, ringing, on a call, wrap-up, away or offline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

import structlog

from ivr.core.queue.entry import moment

log = structlog.get_logger()


class Presence(StrEnum):
    """What an operator is doing."""

    AVAILABLE = "available"
    RINGING = "ringing"
    ON_CALL = "on_call"
    WRAP_UP = "wrap_up"
    AWAY = "away"
    OFFLINE = "offline"


class DeviceType(StrEnum):
    """How an operator is rung."""

    TELEPHONE = "telephone"
    """On the number in agency.yaml."""
    BROWSER = "browser"
    """At their console, which answers for them; see `softphone_address`."""


def softphone_address(operator: str) -> str:
    """The carrier's address of an operator's browser.

    https://www.twilio.com/docs/voice/twiml/client
    """
    return f"client:{operator}"


WRITING_LASTS = timedelta(seconds=30)
"""How much of a wrap-up is left, at least, to an operator who is writing."""

LONGEST_WRITING = timedelta(minutes=10)
"""How long a wrap-up lasts at most by that alone; whoever needs longer asks for it."""

StatusRequest = Literal[Presence.AVAILABLE, Presence.AWAY, Presence.OFFLINE]
"""What operators can choose; the rest comes of their calls."""


@dataclass(frozen=True, slots=True)
class OperatorState:
    """One operator, in a state since a time, and for wrap-up until one (aware).

    `reason` says why they are away or offline; "no answer" and "connection lost" are ours. `next`
    is what they have wished for after the caller whom they have, whose `reservation` it is.
    """

    operator: str
    state: Presence
    since: datetime
    until: datetime | None = None
    reason: str | None = None
    next: Presence | None = None
    reservation: str | None = None
    skills: frozenset[str] | None = None
    reach: DeviceType = DeviceType.TELEPHONE


def _state(operator: str, data: dict[str, Any], reservation: str) -> OperatorState:
    until, wished, skills = data.get("until"), data.get("next"), data.get("skills")
    return OperatorState(
        operator,
        Presence(data["state"]),
        moment(int(data["since"])),
        moment(int(until)) if until else None,
        data.get("reason"),
        Presence(wished["state"]) if wished else None,
        reservation or None,
        None if skills is None else frozenset(skills),
        DeviceType(data.get("reach", DeviceType.TELEPHONE)),
    )
