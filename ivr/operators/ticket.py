"""What the queue knows: a caller's ticket, an operator's reservation, a line of the list."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ivr.errors import QueueError

HIGHEST_PRIORITY = 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# More than the milliseconds from 1970 to the year 2200, so that priority always outweighs age;
# ten times it is still far below 2⁵³, up to which a sorted set's scores are exact.
_PRIORITY_STEP = 10**13


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970 of an aware `moment`."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def moment(milliseconds: int) -> datetime:
    """The moment, in UTC, of `milliseconds` since 1970."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A caller's claim to a place in the queue.

    `priority` is 0 to 10, the higher served first; `skills` are those an operator must all have;
    `joined_at` is aware; `max_wait` is in seconds. Raises `QueueError` for other values.
    """

    call_sid: str
    client: str
    caller: str
    called: str
    priority: int
    skills: tuple[str, ...]
    joined_at: datetime
    max_wait: int

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

    @property
    def place(self) -> int:
        """Where the caller stands: the lowest is served first. Priority, then arrival."""
        return milliseconds(self.joined_at) - self.priority * _PRIORITY_STEP

    @property
    def deadline(self) -> int:
        """When the caller has waited as long as the flow allows, in milliseconds since 1970."""
        return milliseconds(self.joined_at) + self.max_wait * 1000

    def waited(self, now: datetime) -> timedelta:
        """How long the caller has waited, to whole seconds."""
        return timedelta(seconds=max(0, (now - self.joined_at) // timedelta(seconds=1)))

    def to_json(self) -> str:
        """The ticket as Redis keeps it, with the `place` and `deadline` that the scripts need."""
        joined_at = self.joined_at.isoformat()
        more = {"joined_at": joined_at, "place": self.place, "deadline": self.deadline}
        return json.dumps(asdict(self) | more)

    @classmethod
    def from_json(cls, text: str | bytes) -> Ticket:
        """The ticket that `to_json` wrote."""
        data: dict[str, Any] = json.loads(text)
        del data["place"], data["deadline"]
        data["skills"] = tuple(data["skills"])
        data["joined_at"] = datetime.fromisoformat(data["joined_at"])
        return cls(**data)


@dataclass(frozen=True, slots=True)
class Reservation:
    """One caller, kept for one operator until `expires_at`, or once `answered` until the end."""

    id: str
    operator: str
    ticket: Ticket
    expires_at: datetime
    answered: bool = False

    @property
    def room(self) -> str:
        """The conference where the two meet; it tells nothing about either."""
        return room_of(self.id)


def room_of(reservation_id: str) -> str:
    """The conference that belongs to a reservation."""
    return f"room-{reservation_id}"


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """One waiting caller in the list; `position` counts from 1."""

    position: int
    ticket: Ticket
    waited: timedelta
