"""Rooms: where call legs meet. A conference is a room; so is a bridge between two legs.

Calls run in virtual time, each by its own clock, so who leaves first cannot be left to the
race of threads. Everybody in a live room says how long they will stay; when all have said so,
the one who stays shortest goes first, and the others' clocks move on by as much.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from threading import RLock
from typing import TYPE_CHECKING

from ivr.simulator.identity import new_sid

if TYPE_CHECKING:
    from ivr.simulator.call import Call


class Outcome(Enum):
    """How a stretch of talking ended."""

    TIME_UP = "as long as the member wanted"
    ALONE = "everybody else has left"
    OVER = "the room was closed"


@dataclass(eq=False, slots=True)
class Member:
    """One call leg in a room.

    `stays_for` is None while undecided, in seconds of talk; `owed` is talk that the leg's own
    clock has not counted yet.
    """

    call: Call
    starts: bool
    ends: bool
    stays_for: float | None = None
    owed: float = 0.0


class Room:
    """One conference or bridge, from the first join to the last leave."""

    def __init__(self, name: str, capacity: int = 250) -> None:
        self.name = name
        self.sid = new_sid("CF")
        self.capacity = capacity
        self.over = False
        self.notify: Callable[[str, Call], None] = lambda event, call: None
        self.sequence = 0
        self._started = False
        self._lock = RLock()
        self._members: list[Member] = []

    def join(self, call: Call, starts: bool = True, ends: bool = False) -> Member | None:
        """Let a leg in; None if the room is full or closed."""
        with self._lock:
            if self.over or len(self._members) >= self.capacity:
                return None
            member = Member(call, starts, ends)
            self._members.append(member)
            newly = not self._started and self.live
            self._started = self._started or newly
        self.notify("participant-join", call)
        if newly:
            self.notify("conference-start", call)
        self._nudge()
        return member

    def leave(self, member: Member) -> None:
        """Let a leg go; the room closes if that ends it, or if it is empty."""
        with self._lock:
            self._members.remove(member)
            closing = not self.over and (member.ends or not self._members)
            self.over = self.over or closing
        self.notify("participant-leave", member.call)
        if closing:
            self.notify("conference-end", member.call)
        self._nudge()

    @property
    def live(self) -> bool:
        """Whether people can talk: two are in, and one who may start it has come."""
        with self._lock:
            started = self._started or any(member.starts for member in self._members)
            return not self.over and started and len(self._members) > 1

    @property
    def calls(self) -> list[Call]:
        """The legs in the room, in order of joining."""
        with self._lock:
            return [member.call for member in self._members]

    def talk(self, member: Member, seconds: float | None, patience: float) -> Outcome | None:
        """Stay for `seconds` of talk (None: as long as the others do), and see how it ended.

        None: `patience` seconds of real time went by and nothing happened.
        """
        with self._lock:
            member.stays_for = math.inf if seconds is None else seconds
        self._nudge()
        outcome = None
        while member.call.interrupts.wait(lambda: self._how(member) is not None, patience):
            outcome = self._end_talk(member)
            if outcome is not None:
                break
        with self._lock:
            member.stays_for = None
        self._nudge()
        return outcome

    def _end_talk(self, member: Member) -> Outcome | None:
        with self._lock:
            outcome = self._how(member)
            if outcome is Outcome.TIME_UP:
                self._pass_time(member.stays_for or 0.0)
                member.stays_for = None
            return outcome

    def settle(self, member: Member) -> float:
        """The seconds of talk since this was last asked, for the leg's own clock."""
        with self._lock:
            seconds, member.owed = member.owed, 0.0
            return seconds

    def _how(self, member: Member) -> Outcome | None:
        with self._lock:
            if self.over:
                return Outcome.OVER
            if len(self._members) < 2:
                return Outcome.ALONE
            stays = [other.stays_for for other in self._members if other.stays_for is not None]
            if len(stays) < len(self._members) or math.isinf(min(stays)):
                return None
            # Of several who stay equally long, the first to have joined goes first.
            shortest = min(self._members, key=lambda other: other.stays_for or 0.0)
            return Outcome.TIME_UP if shortest is member else None

    def _pass_time(self, seconds: float) -> None:
        for member in self._members:
            member.owed += seconds
            if member.stays_for is not None:
                member.stays_for = max(0.0, member.stays_for - seconds)

    def _nudge(self) -> None:
        for call in self.calls:
            call.interrupts.nudge()


@dataclass(slots=True)
class Rooms:
    """The account's conferences by name."""

    _by_name: dict[str, Room] = field(default_factory=dict)
    _lock: RLock = field(default_factory=RLock)

    def open(self, name: str, capacity: int = 250) -> Room:
        """The running conference of this name, or a new one."""
        with self._lock:
            room = self._by_name.get(name)
            if room is None or room.over:
                room = self._by_name[name] = Room(name, capacity)
            return room
