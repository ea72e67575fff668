"""What can happen to a call: the carrier's webhooks, in the call engine's own words.

The carrier adapter turns each webhook into one of these values; the engine never sees a
form field. All are immutable, so that a call can be replayed from its list of events.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ivr.core.carrier import HUNG_UP


@dataclass(frozen=True, slots=True)
class CallStarted:
    """A caller has dialled one of a client's numbers."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """The caller pressed keys (`0`–`9`, `*`, `#`) while being listened to."""

    keys: str


@dataclass(frozen=True, slots=True)
class Spoke:
    """The caller said words while being listened to.

    `confidence` is 0 to 1, or None where the recogniser gave none.
    """

    words: str
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class CardNumber:
    """The caller keyed or said a card number, which nobody may keep. `masked` is what they gave,
    with dots in its place."""

    masked: str


@dataclass(frozen=True, slots=True)
class Silence:
    """The caller was listened to, or recorded, and neither pressed nor said anything."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The caller left a recording of `seconds` length; its audio follows at `recording_url`.

    `hung_up` says that the caller ended it by hanging up, so nobody hears what comes next.
    """

    recording_sid: str
    seconds: int
    recording_url: str | None = None
    hung_up: bool = False


class DialOutcome(StrEnum):
    """How an outgoing leg to a person ended."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Dialled:
    """An outgoing leg has ended; `seconds` of talk, 0 where nobody answered. `leg_sid` is the
    leg's own SID, where it was made at all."""

    outcome: DialOutcome
    seconds: int = 0
    leg_sid: str | None = None


@dataclass(frozen=True, slots=True)
class Continued:
    """What the caller was to hear has been heard; the carrier asks what comes next."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The caller still waits in the operator queue; `position` counts from 1.

    `expected` is an estimate of the seconds that they will still wait, or None where none was
    asked for or nothing is known.
    """

    position: int
    expected: int | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """An operator has answered and waits for the caller in the conference `room`."""

    room: str


@dataclass(frozen=True, slots=True)
class WaitExpired:
    """The caller has waited as long as the flow allows, and has left the queue."""


@dataclass(frozen=True, slots=True)
class QueueFull:
    """The caller cannot join the operator queue: too many would be served before them."""


@dataclass(frozen=True, slots=True)
class NobodyAtWork:
    """The caller cannot join the operator queue: every operator who may serve them is off shift."""


@dataclass(frozen=True, slots=True)
class CallBackWaits:
    """A call back to the number that was just given has been promised already."""


@dataclass(frozen=True, slots=True)
class QueueUnavailable:
    """The operator queue cannot be reached, so nobody can take the caller."""


@dataclass(frozen=True, slots=True)
class Replied:
    """Another system has answered what was asked: an HTTP `status` and the text of its reply."""

    status: int
    body: str


@dataclass(frozen=True, slots=True)
class NotYet:
    """Another system has been asked and has not answered so far."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Another system has not answered, or could not be asked, and will not be asked again."""


@dataclass(frozen=True, slots=True)
class HungUp:
    """The call has ended at the caller's or the carrier's end; `outcome` says how, in our words."""

    outcome: str = HUNG_UP


Event = (
    CallStarted
    | Pressed
    | Spoke
    | CardNumber
    | Silence
    | Recorded
    | Dialled
    | Continued
    | Waiting
    | Claimed
    | WaitExpired
    | QueueFull
    | NobodyAtWork
    | CallBackWaits
    | QueueUnavailable
    | Replied
    | NotYet
    | Unreachable
    | HungUp
)
