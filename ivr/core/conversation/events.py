"""What can happen to a conversation: the carrier's callbacks, in our own words. Values only.

People are named as in their room: by the label of their `Party`. Everything may be told twice,
late, and in any order.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ivr.core.conversation.actions import Action


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
class Coming:
    """Somebody has answered, and asks to be sent to the room."""

    label: str
    leg: str


@dataclass(frozen=True, slots=True)
class Started:
    """Two are in the room. Before caller and operator have met nobody else is let in, so it is
    they."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody is in the room. `number` is the carrier's, which counts what happens there; 0 where
    it has not told us itself."""

    label: str
    leg: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody is out of the room, or their call is over: the one with this SID, if it is known.
    `was_in` says that they have been in the room, even where that was never told."""

    label: str
    why: Why = Why.HUNG_UP
    leg: str = ""
    was_in: bool = False


@dataclass(frozen=True, slots=True)
class SentOut:
    """Somebody who was called back is out of the room, and still on the line: it was ended, and
    not by them."""

    label: str
    leg: str


@dataclass(frozen=True, slots=True)
class RoomEnded:
    """Nobody is in the room any more; `left` says that it ended because the caller left it, or a
    third party to whom they were handed on."""

    left: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """The carrier has not done what it was asked to, and what was to follow was left undone."""

    action: Action


Event = Answered | Lapsed | Rung | Coming | Started | Joined | Left | SentOut | RoomEnded | Failed
