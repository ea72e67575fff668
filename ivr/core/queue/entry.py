"""What the queue knows: a caller's ticket, an operator's reservation, a line of the list."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ivr.core.call.instructions import RoutingTier
from ivr.errors import QueueError

HIGHEST_PRIORITY = 10
HEAD_START = timedelta(minutes=1)
"""What a step of priority is worth: as if the caller had come so much earlier. So nobody is ever
overtaken by anybody who comes more than ten of these later."""

HANDED_TO_SECONDS = 30
"""How long a caller is kept for the operator to whom they were handed."""

_ROOM = "room-"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970 of an aware `moment`."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def moment(milliseconds: int) -> datetime:
    """The moment, in UTC, of `milliseconds` since 1970."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


def for_callback(callback: str) -> str:
    """What stands for a call's SID in the ticket of the call back of this id."""
    return f"callback-{callback}"


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A caller's claim to a place in the queue, with the rules they joined under.

    `priority` is 0 to 10, each step a `HEAD_START`; `skills` are those an operator must all have;
    `joined_at` is aware; `max_wait` is in seconds, as is `wrap_up`, the operator's time after the
    call. `circles` are offered the caller before everybody else, the narrowest first. `callback` is
    the id of the call back that this is: then nobody is on the line, and `call_sid` is
    `callback-<id>` (see `for_callback`). `recorded` says that the caller hears, before they are
    connected, that the conversation is recorded. `direct` is a call back that one operator makes of
    their own accord: it never stands in line. Raises `QueueError` for other values.
    """

    call_sid: str
    client: str
    caller: str
    called: str
    priority: int
    skills: tuple[str, ...]
    joined_at: datetime
    max_wait: int
    circles: tuple[RoutingTier, ...] = ()
    wrap_up: int = 0
    callback: str = ""
    recorded: bool = False
    direct: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.priority <= HIGHEST_PRIORITY:
            raise QueueError(
                f"A caller's priority is 0 to {HIGHEST_PRIORITY}, not {self.priority}; "
                f"correct the queue node of client {self.client}."
            )
        if self.max_wait < 0:
            raise QueueError(
                f"A caller cannot wait {self.max_wait} seconds; "
                f"correct max_wait in the queue node of client {self.client}."
            )
        if self.joined_at.tzinfo is None:
            raise QueueError("The moment a caller joined the queue needs a time zone.")
        if self.callback and self.call_sid != for_callback(self.callback):
            raise QueueError("The ticket of a call back needs the call SID that belongs to it.")

    @property
    def place(self) -> int:
        """Where the caller stands: the lowest is served first. Arrival, less the head start that
        their priority gives."""
        return milliseconds(self.joined_at - self.priority * HEAD_START)

    @property
    def deadline(self) -> int:
        """When the caller has waited as long as the flow allows, in milliseconds since 1970."""
        return milliseconds(self.joined_at) + self.max_wait * 1000

    def waited(self, now: datetime) -> timedelta:
        """How long the caller has waited, to whole seconds."""
        return timedelta(seconds=max(0, (now - self.joined_at) // timedelta(seconds=1)))

    def anew(self, now: datetime, to: str | None = None) -> QueueEntry:
        """The ticket of a caller who must wait once more, from `now`, in their old place.

        `to` is the operator who is offered them first.
        """
        waited = (now - self.joined_at) // timedelta(seconds=1)
        first = (RoutingTier(waited + HANDED_TO_SECONDS, (), (to,)),) if to else ()
        return replace(self, max_wait=waited + self.max_wait, circles=(*first, *self.circles))

    def to_json(self) -> str:
        """The ticket as Redis keeps it, with what the scripts need: `place`, `deadline` and
        `joined` in milliseconds since 1970."""
        more = {
            "joined_at": self.joined_at.isoformat(),
            "joined": milliseconds(self.joined_at),
            "place": self.place,
            "deadline": self.deadline,
        }
        data = asdict(self) | more
        if not self.direct:  # a version that does not know it reads the tickets of all others
            del data["direct"]
        return json.dumps(data)

    @classmethod
    def from_json(cls, text: str | bytes) -> QueueEntry:
        """The ticket that `to_json` wrote."""
        data: dict[str, Any] = json.loads(text)
        del data["joined"], data["place"], data["deadline"]
        data.pop("declined", None)  # the scripts' own note of who does not take this caller
        data["skills"] = tuple(data["skills"])
        data["circles"] = tuple(RoutingTier.from_data(each) for each in data["circles"])
        data["joined_at"] = datetime.fromisoformat(data["joined_at"])
        return cls(**data)


@dataclass(frozen=True, slots=True)
class Reservation:
    """One caller, kept for one operator until `expires_at`, or once `answered` until the end.

    `leg` is the SID of the operator's leg, once their telephone has been rung.
    """

    id: str
    operator: str
    ticket: QueueEntry
    expires_at: datetime
    answered: bool = False
    leg: str | None = None

    @property
    def room(self) -> str:
        """The conference where the two meet; it tells nothing about either."""
        return room_of(self.id)


def room_of(reservation_id: str) -> str:
    """The conference that belongs to a reservation."""
    return f"{_ROOM}{reservation_id}"


def reservation_of_room(room: str) -> str:
    """The id of the reservation to which a conference belongs."""
    return room.removeprefix(_ROOM)


def is_room(name: str) -> bool:
    """Whether a conference is one of ours, by its name."""
    return name.startswith(_ROOM)


@dataclass(frozen=True, slots=True)
class QueuePosition:
    """One waiting caller in the list; `position` counts from 1."""

    position: int
    ticket: QueueEntry
    waited: timedelta
