"""A conversation: who is in it, and how each of them stands. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ivr.core.conversation.commands import Watching


class PartyRole(StrEnum):
    """What somebody is in a conversation."""

    CALLER = "caller"
    OPERATOR = "operator"
    THIRD = "third"
    SUPERVISOR = "supervisor"


class PartyState(StrEnum):
    """How somebody stands: rung, on the way into the room, with the others, or on hold."""

    RINGING = "ringing"
    COMING = "coming"
    """They have answered, and their call has been sent to the room."""
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
    SID of their call, once it is known; `label` is their name in the room, one of its own for
    each time that somebody is rung."""

    role: PartyRole
    name: str
    address: str
    standing: PartyState
    leg: str | None = None
    muted: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation. `id` is the reservation's, and names the room; times are aware.

    `callback` is the id of the call back that it carries out, else empty. `recording` says
    whether a recording is going on, `paused` whether it is paused; `recorded`, whether there is
    one as soon as the two have met. A caller who comes from the queue is held until then.
    `talking_since` is when they met. `unannounced` is a cold transfer whose third party is not
    being rung yet; `about` is what the third party hears it is about. `watching` is how a
    supervisor takes part. `rings` counts those who were rung, beside the operator. `gone` is the
    third party who has gone by themselves last, as they stood: rung, they have declined.
    `arrivals` are those who have come into the room, by the number of the carrier's event.
    `fetched` says that the carrier was, or is just being, asked to send the caller there.
    `direct` says that the operator calls them of their own accord: nobody calls them again.
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
    ended_by: PartyRole | None = None
    recorded: bool = False
    unannounced: bool = False
    about: str = ""
    watching: Watching | None = None
    rings: int = 0
    gone: Party | None = None
    arrivals: tuple[tuple[int, PartyRole], ...] = ()
    fetched: bool = False
    direct: bool = False

    @property
    def met(self) -> bool:
        """Whether caller and operator have talked."""
        return self.talking_since is not None

    def labelled(self, label: str) -> Party | None:
        """Whoever has this label."""
        return next((each for each in self.parties if each.label == label), None)

    def party(self, role: PartyRole) -> Party | None:
        """Whoever has this role; the first where several do."""
        return next((each for each in self.parties if each.role is role), None)
