"""What an operator or a supervisor may ask of a conversation. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody who can be rung: `name` as the screen says it, `address` as the carrier does."""

    name: str
    address: str


class Watching(StrEnum):
    """How a supervisor takes part: hears all; is heard by the operator alone; is heard by all."""

    LISTEN = "listen"
    COACH = "coach"
    JOIN = "join"


@dataclass(frozen=True, slots=True)
class Hold:
    """The caller hears music."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Take the caller back from hold."""


@dataclass(frozen=True, slots=True)
class Mute:
    """The operator is not heard, or is again."""

    muted: bool


@dataclass(frozen=True, slots=True)
class PauseRecording:
    """Keep what is said now out of the recording, such as a card number; or go on with it."""

    paused: bool


@dataclass(frozen=True, slots=True)
class Transfer:
    """Cold: ring `to` and put the caller through unannounced; the operator leaves at once.

    `about` is what `to` hears before they take the call, beside who rings for whom.
    """

    to: Target
    about: str = ""


@dataclass(frozen=True, slots=True)
class Consult:
    """Warm: hold the caller, ring `to`, and tell them what it is about.

    `about` is what they hear of it before they talk with the operator.
    """

    to: Target
    about: str = ""


@dataclass(frozen=True, slots=True)
class Complete:
    """Leave caller and third party together: the end of a warm transfer."""


@dataclass(frozen=True, slots=True)
class EndConsult:
    """The third party declines or is let go; back to the caller."""


@dataclass(frozen=True, slots=True)
class JoinAll:
    """Caller, third party and operator talk together."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """Give the caller to another operator, or to whoever is next (None), in their old place."""

    to: str | None = None


@dataclass(frozen=True, slots=True)
class Decline:
    """While the operator is rung: they do not take this caller, who is offered to the next."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """End it for everybody."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A supervisor takes part, or changes how."""

    by: Target
    how: Watching


@dataclass(frozen=True, slots=True)
class Unwatch:
    """The supervisor leaves."""


Command = (
    Hold
    | Resume
    | Mute
    | PauseRecording
    | Transfer
    | Consult
    | Complete
    | EndConsult
    | JoinAll
    | HandOver
    | Decline
    | HangUp
    | Watch
    | Unwatch
)
