"""A made-up carrier for the state machine: who is in the room, who rings, what is told of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from ivr.core.conversation import actions as act
from ivr.core.conversation.actions import OWED, Action
from ivr.core.conversation.commands import Command
from ivr.core.conversation.events import (
    Answered,
    Coming,
    Event,
    Failed,
    Joined,
    Left,
    RoomEnded,
    Rung,
    Why,
)
from ivr.core.conversation.machine import advance, begin
from ivr.core.conversation.state import Conversation, Party, PartyRole, PartyState, Phase

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PHONE, BROWSER = "+447700900301", "client:sam"


def ringing(address: str = PHONE, callback: str = "", recorded: bool = False) -> Conversation:
    """Sam is being rung for a caller, or to call somebody back."""
    operator = Party(
        PartyRole.OPERATOR, "sam", address, PartyState.RINGING, "CAoperator", label="operator"
    )
    sid = f"callback-{callback}" if callback else "CAcaller"
    return begin(
        "r1", "acme", "+441632960001", "+442079460018", sid, operator, NOON, callback, recorded
    )


@dataclass
class Room:
    """Plays the carrier, the queue and everybody's telephones.

    `told` are the callbacks that are still under way; `place` is what the queue knows of the
    caller: `kept` for the operator, `waiting` again, or `gone`.
    """

    now: Conversation
    time: datetime = NOON
    inside: dict[str, str] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    ringing: dict[str, str] = field(default_factory=dict)
    ends_with: set[str] = field(default_factory=lambda: {"caller"})
    told: list[Event] = field(default_factory=list)
    done: list[Action] = field(default_factory=list)
    owed: list[Action] = field(default_factory=list)
    place: str = "kept"
    operator: str = "ringing"
    on_the_way: bool = False
    breaks: bool = False
    """Whether requests fail."""
    met: bool = False
    """Whether caller and operator have ever been in the room at once."""

    # What people do.

    def operator_answers(self) -> None:
        if self.now.phase is not Phase.RINGING or self.operator != "ringing":
            return
        self.operator = "on call"
        self.hear(Answered("CAoperator"))
        self.enter("operator", "CAoperator")
        self.on_the_way = not self.now.callback

    def caller_arrives(self) -> None:
        """Fetched out of the queue, they come into the room, even where everybody has left it."""
        self.on_the_way = False
        self.enter("caller", "CAcaller")

    def answer(self, label: str) -> None:
        leg = self.ringing.pop(label, None)
        if leg and label == "caller":
            self.hear(Coming(label, leg))
            party = self.now.labelled(label)
            leg = leg if party is not None and party.leg == leg else None
        if leg:
            self.enter(label, leg)

    def decline(self, label: str) -> None:
        if self.ringing.pop(label, None):
            self.told.append(Left(label, Why.BUSY))

    def hang_up(self, label: str) -> None:
        if label in self.inside:
            self.leave(label)

    def enter(self, label: str, leg: str) -> None:
        self.inside[label] = leg
        self.met |= {"caller", "operator"} <= self.inside.keys()
        self.told.append(Joined(label, leg))

    def leave(self, label: str) -> None:
        leg = self.inside.pop(label)
        self.held.discard(label)
        self.told.append(Left(label, leg=leg, was_in=True))
        if label in self.ends_with or not self.inside:
            self.close(left=label in self.ends_with)

    def close(self, left: bool = False) -> None:
        for label in list(self.inside):
            del self.inside[label]
            self.told.append(RoomEnded(left))
        self.held.clear()
        self.told.append(RoomEnded(left))

    # What the machine hears and does.

    def hear(self, what: Event | Command) -> None:
        before = self.now
        self.time += timedelta(seconds=1)
        step = advance(before, what, self.time)
        self.now = step.conversation
        for i, action in enumerate(step.actions):
            if not self.breaks or isinstance(action, act.Requeue | act.Finish | act.Release):
                self.do(action)
            elif isinstance(action, OWED):
                self.owed.append(action)
            else:
                if i == 0 and not isinstance(what, Event):
                    self.now = before
                else:
                    self.hear(Failed(action))
                return

    def settle(self) -> None:
        """Everything under way arrives, and what is owed is done."""
        self.breaks = False
        while self.told or self.owed or self.on_the_way:
            if self.on_the_way:
                self.caller_arrives()
            owed, self.owed = self.owed, []
            for action in owed:
                self.do(action)
            if self.told:
                self.hear(self.told.pop(0))

    def do(self, action: Action) -> None:
        self.done.append(action)
        match action:
            case act.Ring(label, _, _):
                self.ringing[label] = f"CA{label}"
                self.hear(Rung(label, f"CA{label}"))
            case act.PutOnHold(label):
                self.held |= {label} & self.inside.keys()
            case act.TakeBack(label):
                self.held.discard(label)
            case act.EndWith(label):
                self.ends_with.add(label)
            case act.Remove(leg):
                for label in [name for name, sid in self.ringing.items() if sid == leg]:
                    del self.ringing[label]
                    self.told.append(Left(label, Why.CANCELED))
                for label in [name for name, sid in self.inside.items() if sid == leg]:
                    self.leave(label)
            case act.EndRoom():
                if self.inside:
                    self.close()
            case act.Requeue():
                self.place = "waiting"
            case act.Finish() | act.Release():
                self.operator = "free"
            case _:
                pass
