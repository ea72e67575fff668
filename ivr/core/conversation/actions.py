"""What is to be done for a conversation: requests to the carrier, acts of the queue. Values only.

People are named by the label of their `Party`, calls by their SID.
"""

from __future__ import annotations

from dataclasses import dataclass

from ivr.core.conversation.commands import Watching
from ivr.core.conversation.state import PartyRole


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring somebody, who comes into the room as they take the call.

    Who is `screened` must press a key to take it, so that no machine does. `how` is a
    supervisor's way of taking part.
    """

    label: str
    role: PartyRole
    to: str
    screened: bool = False
    how: Watching | None = None


@dataclass(frozen=True, slots=True)
class PutOnHold:
    """Let somebody hear music instead of the others."""

    label: str


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Take somebody back from hold."""

    label: str


@dataclass(frozen=True, slots=True)
class SetMute:
    """Let somebody be heard, or not."""

    label: str
    muted: bool


@dataclass(frozen=True, slots=True)
class Coach:
    """Let only the operator hear somebody, or everybody again."""

    label: str
    coaching: bool


@dataclass(frozen=True, slots=True)
class SetPaused:
    """Pause the recording, or go on with it."""

    paused: bool


@dataclass(frozen=True, slots=True)
class EndWith:
    """From now on the conversation ends when somebody leaves."""

    label: str


@dataclass(frozen=True, slots=True)
class Remove:
    """End somebody's call, also one that still rings."""

    leg: str


@dataclass(frozen=True, slots=True)
class EndRoom:
    """Send everybody out of the room; each goes on with what follows for them."""


@dataclass(frozen=True, slots=True)
class Release:
    """The operator does not take the caller, who stands where they stood; see the queue.

    They were rung in vain (`missed`), have `declined`, or were not rung after all.
    """

    missed: bool
    declined: bool = False


@dataclass(frozen=True, slots=True)
class Finish:
    """The operator is done with the caller, and wraps up."""


@dataclass(frozen=True, slots=True)
class Requeue:
    """The caller waits again where they stood, for `to` first; see the queue."""

    to: str | None = None
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody has been called back, on this call."""

    leg: str


@dataclass(frozen=True, slots=True)
class Missed:
    """Somebody could not be called back."""

    reason: str


@dataclass(frozen=True, slots=True)
class CutOff:
    """Somebody who was called back has lost us before it was over, and is called once more."""


@dataclass(frozen=True, slots=True)
class Done:
    """The conversation with somebody who was called back, on this call, is over."""

    leg: str = ""


Action = (
    Ring
    | PutOnHold
    | TakeBack
    | SetMute
    | Coach
    | SetPaused
    | EndWith
    | Remove
    | EndRoom
    | Release
    | Finish
    | Requeue
    | Reached
    | Missed
    | CutOff
    | Done
)

OWED = (EndWith, Remove, EndRoom, Release, Finish, Requeue, Reached, Missed, CutOff, Done)
"""What is done later where it fails now. Whatever else fails is told to the machine."""
