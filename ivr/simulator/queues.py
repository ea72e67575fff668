"""The carrier's own call queues, filled by `<Enqueue>` and emptied by `<Dial><Queue>`."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from ivr.simulator.conference.rooms import Room
from ivr.simulator.identity import new_sid
from ivr.simulator.targets import Target

if TYPE_CHECKING:
    from ivr.simulator.call import Call


@dataclass(eq=False, slots=True)
class Place:
    """One call's place in a queue. `room` is where it is served, once it is its turn.

    `greeting` is a document that the queued caller hears before they are connected.
    """

    call: Call
    since: float
    room: Room | None = None
    greeting: Target | None = None


class Queue:
    """Calls in the order of their coming."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.sid = new_sid("QU")
        self._lock = Lock()
        self._places: list[Place] = []

    def enter(self, call: Call, limit: int) -> Place | None:
        """Take the last place; None if the queue is full."""
        with self._lock:
            if len(self._places) >= limit:
                return None
            place = Place(call, call.clock)
            self._places.append(place)
            return place

    def leave(self, place: Place) -> None:
        """Give a place up, if it has not been served already."""
        with self._lock:
            if place in self._places:
                self._places.remove(place)

    def serve(self, room: Room, greeting: Target | None) -> Place | None:
        """Send the first in the queue to a room; None if nobody waits."""
        with self._lock:
            if not self._places:
                return None
            place = self._places.pop(0)
            place.greeting = greeting
            place.room = room
        place.call.interrupts.nudge()
        return place

    def position(self, place: Place) -> tuple[int, int]:
        """A place's position, from 1, and the length of the queue."""
        with self._lock:
            length = len(self._places)
            return (self._places.index(place) + 1 if place in self._places else 1), length


@dataclass(slots=True)
class Queues:
    """The account's queues by name, made on demand."""

    _by_name: dict[str, Queue] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def open(self, name: str) -> Queue:
        """The queue of this name."""
        with self._lock:
            return self._by_name.setdefault(name, Queue(name))
