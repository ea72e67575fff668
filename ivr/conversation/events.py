"""What can happen to a conversation: the carrier's callbacks, in our own words. Values only.

People are named as in their room: by the label of their `Party`. Everything may be told twice,
late, and in any order.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ivr.conversation.actions import Action


class Why(StrEnum):
    """Why somebody is not there any more, or has never come."""

    HUNG_UP = "hung up"
    BUSY = "busy"
    NO_ANSWER = "no answer"
    FAILED = "failed"
    """The connection broke, or could not be made."""
    CANCELED = "canceled"
    """We broke off the ringing ourselves."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The operator has picked up, and the queue still keeps the caller for them."""

    leg: str


@dataclass(frozen=True, slots=True)
class Lapsed:
    """The queue does not keep the caller for the operator any more, who has not picked up."""


@dataclass(frozen=True, slots=True)
class Rung:
    """The carrier rings somebody, whose call has this SID."""

    label: str
    leg: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody is in the room. `number` is the carrier's, which counts what happens there; 0 where
    it has not told us itself."""

    label: str
    leg: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody is out of the room, or their call is over."""

    label: str
    why: Why = Why.HUNG_UP


@dataclass(frozen=True, slots=True)
class RoomEnded:
    """Nobody is in the room any more."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The carrier has not done what it was asked to, and what was to follow was left undone."""

    action: Action


Event = Answered | Lapsed | Rung | Joined | Left | RoomEnded | Failed
