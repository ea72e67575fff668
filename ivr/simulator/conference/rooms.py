"""Rooms: where call legs meet. A conference is a room; so is a bridge between two legs.

Calls run in virtual time, each by its own clock, so who leaves first cannot be left to the
race of threads. Everybody who talks in a live room says how long they will stay; when all have
said so, the one who stays shortest goes first, and the others' clocks move on by as much. Who is
on hold does not talk: the others do not wait for them, and their own talk stands still.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from ivr.simulator.targets import Target

if TYPE_CHECKING:
    from ivr.simulator.call import Call


class Outcome(Enum):
    """How a stretch of talking ended."""

    TIME_UP = "as long as the member wanted"
    SPOKEN_TO = "somebody has said something"
    HELD = "the member was put on hold"
    ALONE = "everybody else has left"
    OVER = "the room was closed, or the member taken out of it"


class Leaving(Enum):
    """Why a member left, in Twilio's words.

    https://www.twilio.com/docs/voice/twiml/conference#attributes-status-callback-parameters
    """

    HUNG_UP = "participant_hung_up"
    BY_API = "participant_updated_via_api"
    ADD_FAILED = "participant_add_failed"
    MODERATOR_ENDED = "moderator_ended_conference"
    ENDED_BY_API = "conference_ended_via_api"


@dataclass(frozen=True, slots=True)
class Announcement:
    """A document for some members; `left` are those who have not heard it yet."""

    target: Target
    left: set[str]
    to_all: bool


@dataclass(frozen=True, slots=True)
class Words:
    """What a member has said."""

    text: str
    by: str


Heard = Words | Announcement


@dataclass(eq=False, slots=True)
class Member:
    """One call leg in a room.

    `coaches` is the SID of the only call that hears them; `music` is what they hear on hold,
    None for the carrier's own. `stays_for` is None while undecided, in seconds of talk, and
    `rest` what was left of it when talking broke off, `passed` what went by as it ran out; `owed`
    is talk that the leg's own clock has not counted yet. `inbox` is what others have said and the
    member has not taken in. `together` says that they have been in a live room with another,
    however short, as their own thread may come to look only afterwards.
    """

    call: Call
    starts: bool = True
    ends: bool = False
    label: str = ""
    muted: bool = False
    coaches: str | None = None
    held: bool = False
    music: Target | None = None
    removed: bool = False
    stays_for: float | None = None
    rest: float = 0.0
    passed: float = 0.0
    owed: float = 0.0
    inbox: list[Heard] = field(default_factory=list)
    together: bool = False

    def hears(self, speaker: Member) -> bool:
        """Whether they hear what another says."""
        if speaker is self or self.held or speaker.held or speaker.muted:
            return False
        return speaker.coaches in (None, self.call.sid)


class Room:
    """One meeting, from the first who joins to the last who leaves."""

    def __init__(self, name: str, capacity: int = 250) -> None:
        self.name = name
        self.capacity = capacity
        self.over = False
        self.started = False
        self.lock = RLock()
        self.members: list[Member] = []

    def join(self, member: Member) -> bool:
        """Let a leg in; False if the room is full or closed."""
        with self.lock:
            joined = self.admit(member)
        self.flush()
        self.nudge()
        return joined

    def admit(self, member: Member) -> bool:
        """Let a leg in, within the lock."""
        if self.over or len(self.members) >= self.capacity:
            return False
        self.members.append(member)
        self.on_join(member)
        if self.live:
            for each in self.members:
                each.together = True
        if not self.started and self.live:
            self.started = True
            self.on_start()
        return True

    def leave(self, member: Member, why: Leaving = Leaving.HUNG_UP) -> None:
        """Let a leg go; the room closes if that ends it, or if it is empty."""
        with self.lock:
            self.members.remove(member)
            if not self.over:
                self.on_leave(member, why)
                self.over = member.ends or not self.members
                if self.over:
                    self.on_end(member)
        self.flush()
        self.nudge()

    # What a room that others are told of does beside; each within the lock but `flush`.

    def on_join(self, member: Member) -> None:
        """Somebody has come."""

    def on_start(self) -> None:
        """They can talk."""

    def on_leave(self, member: Member, why: Leaving) -> None:
        """Somebody has gone."""

    def on_end(self, last: Member) -> None:
        """The room was closed by somebody's leaving."""

    def on_talk(self, seconds: float) -> None:
        """They have talked for some more time."""

    def on_sound(self, speaker: Member, aloud: Path) -> None:
        """Somebody has said something that sounds like a file of telephone audio."""

    def on_announced(self, announcement: Announcement, member: Member) -> None:
        """Somebody has heard an announcement."""

    def flush(self) -> None:
        """Tell what there is to be told, outside the lock."""

    @property
    def live(self) -> bool:
        """Whether people can talk: two are in, and one who may start it has come."""
        with self.lock:
            started = self.started or any(member.starts for member in self.members)
            return not self.over and started and len(self.members) > 1

    @property
    def calls(self) -> list[Call]:
        """The legs in the room, in order of joining."""
        with self.lock:
            return [member.call for member in self.members]

    def gone(self, member: Member) -> bool:
        """Whether there is nothing to stay for: the room was closed, or they were taken out."""
        return self.over or member.removed

    def say(self, speaker: Member, words: str, aloud: Path | None = None) -> None:
        """Let everybody who can hear a member hear these words, which sound like `aloud`."""
        with self.lock:
            if aloud is not None:
                self.on_sound(speaker, aloud)
            for member in self.members:
                if member.hears(speaker):
                    member.inbox.append(Words(words, speaker.call.sid))
        self.nudge()

    def take(self, member: Member) -> list[Heard]:
        """What a member has been told since this was last asked."""
        with self.lock:
            heard, member.inbox = member.inbox, []
            return heard

    def talk(self, member: Member, seconds: float, patience: float) -> Outcome | None:
        """Stay for `seconds` of talk, which may be endless, and see how it ended.

        None: `patience` seconds of real time went by and nothing happened.
        """
        with self.lock:
            member.stays_for = seconds
            member.passed = 0.0
        self.nudge()
        outcome = None
        while member.call.interrupts.wait(lambda: self._how(member) is not None, patience):
            outcome = self._end_talk(member)
            if outcome is not None:
                break
        with self.lock:
            member.stays_for = None
        self.nudge()
        return outcome

    def _end_talk(self, member: Member) -> Outcome | None:
        with self.lock:
            outcome = self._how(member)
            if outcome is Outcome.TIME_UP:
                member.passed = member.stays_for or 0.0
                self._pass_time(member.passed)
            if outcome is not None:
                member.rest = member.stays_for or 0.0
                member.stays_for = None
            return outcome

    def settle(self, member: Member) -> float:
        """The seconds of talk since this was last asked, for the leg's own clock."""
        with self.lock:
            seconds, member.owed = member.owed, 0.0
            return seconds

    def _how(self, member: Member) -> Outcome | None:
        with self.lock:
            if member.inbox:
                return Outcome.SPOKEN_TO
            if self.gone(member):
                return Outcome.OVER
            if member.held:
                return Outcome.HELD
            if len(self.members) < 2:
                return Outcome.ALONE
            talking = self._talking()
            if any(self._undecided(other) for other in talking):
                return None
            # Of several who stay equally long, the first to have joined goes first.
            shortest = min(talking, key=lambda other: other.stays_for or 0.0)
            decided = shortest is member and not math.isinf(shortest.stays_for or 0.0)
            return Outcome.TIME_UP if decided else None

    def _talking(self) -> list[Member]:
        return [member for member in self.members if not member.held]

    def _undecided(self, member: Member) -> bool:
        """Whether a member may yet do something at this moment of the talk."""
        return member.stays_for is None or bool(member.inbox) or member.removed

    def _pass_time(self, seconds: float) -> None:
        self.on_talk(seconds)
        for member in self._talking():
            member.owed += seconds
            if member.stays_for is not None:
                member.stays_for = max(0.0, member.stays_for - seconds)

    def nudge(self) -> None:
        """Let everybody look again at what they wait for."""
        for call in self.calls:
            call.interrupts.nudge()
