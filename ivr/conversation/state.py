"""A conversation: who is in it, and how each of them stands. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What somebody is in a conversation."""

    CALLER = "caller"
    OPERATOR = "operator"
    THIRD = "third"
    SUPERVISOR = "supervisor"


class Standing(StrEnum):
    """How somebody stands: rung, with the others, or on hold."""

    RINGING = "ringing"
    IN = "in"
    HELD = "held"


class Phase(StrEnum):
    """How far a conversation is."""

    RINGING = "ringing"
    """The operator is being rung; for a call back, the caller after them."""
    TALKING = "talking"
    CONSULTING = "consulting"
    """The caller is held; a third party is rung or talks with the operator."""
    HANDED_ON = "handed_on"
    """The operator has left; caller and third party talk."""
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody in a conversation. `address` is E.164, or `client:…` for a browser; `leg` is the
    SID of their call, once it is known."""

    role: Role
    name: str
    address: str
    standing: Standing
    leg: str | None = None
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation. `id` is the reservation's, and names the room; times are aware.

    `callback` is the id of the call back that it carries out, else empty. `recording` says
    whether a recording is going on, `paused` whether it is paused.
    """

    id: str
    client: str
    caller: str
    called: str
    call_sid: str
    operator: str
    phase: Phase
    began_at: datetime
    parties: tuple[Party, ...] = ()
    callback: str = ""
    recording: bool = False
    paused: bool = False
    talking_since: datetime | None = None
    ended_at: datetime | None = None
    ended_by: Role | None = None

    def party(self, role: Role) -> Party | None:
        """Whoever has this role; the first where several do."""
        return next((each for each in self.parties if each.role is role), None)
