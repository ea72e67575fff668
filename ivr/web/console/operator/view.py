"""What an operator sees beside the call: who waits, and what the operator is doing. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from ivr.core.agency import Agency
from ivr.core.call.engine import CallFlow
from ivr.core.conversation.state import Conversation, PartyRole, PartyState
from ivr.core.conversation.steps import BROWSER
from ivr.core.queue.entry import QueuePosition
from ivr.core.queue.states import DeviceType, OperatorState, Presence
from ivr.core.records.message_words import readable_number
from ivr.web.console.operator.keys import in_words

Level = Literal["calm", "amber", "red"]

EXTENSION = timedelta(seconds=60)
"""What "more time" adds to a wrap-up."""

WORDS = {
    Presence.AVAILABLE: "Available",
    Presence.RINGING: "A call is coming",
    Presence.ON_CALL: "On a call",
    Presence.WRAP_UP: "Wrap-up",
    Presence.AWAY: "Away",
    Presence.OFFLINE: "Offline",
}


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """Who waits: a caller, or a `call_back`. `amber` and `red` are seconds after which the row has
    that colour."""

    position: int
    call_sid: str
    client: str
    colour: str
    caller: str
    joined_at: datetime
    waited: int
    amber: int
    red: int
    priority: int = 0
    call_back: bool = False
    number: str = ""
    """To ring them, E.164; empty where it is withheld."""
    language: str = "en-GB"

    @property
    def level(self) -> Level:
        """The row's colour by now."""
        if self.waited >= self.red:
            return "red"
        return "amber" if self.waited >= self.amber else "calm"


def waiting_rows(
    entries: Iterable[QueuePosition], flow_of: Callable[[str], CallFlow | None], agency: Agency
) -> tuple[WaitingRow, ...]:
    """The queue, the next caller first; `flow_of` gives a client's flow by its short name."""
    return tuple(_waiting(entry, flow_of(entry.ticket.client), agency) for entry in entries)


def _waiting(entry: QueuePosition, flow: CallFlow | None, agency: Agency) -> WaitingRow:
    ticket = entry.ticket
    own = flow.client.operators if flow else None
    return WaitingRow(
        position=entry.position,
        call_sid=ticket.call_sid,
        client=flow.client.name if flow else ticket.client,
        colour=flow.client.colour if flow else "#555555",
        caller=readable_number(ticket.caller, flow.client.language if flow else "en-GB"),
        joined_at=ticket.joined_at,
        waited=int(entry.waited.total_seconds()),
        amber=(own.amber if own else None) or agency.amber,
        red=(own.red if own else None) or agency.red,
        priority=ticket.priority,
        call_back=bool(ticket.callback),
        number=ticket.caller or "",
        language=flow.client.language if flow else "en-GB",
    )


@dataclass(frozen=True, slots=True)
class StateView:
    """What the operator is doing, and what they can choose.

    `next` says in words what they will be after the call that they have; `phone` is their number,
    and `reach` whether that or their browser is rung; `reasons` are those for being away.
    """

    state: Presence
    words: str
    since: datetime | None
    until: datetime | None
    next: str
    phone: str
    reasons: tuple[str, ...]
    reach: DeviceType = DeviceType.TELEPHONE
    unsent: tuple[str, ...] = ()
    """What they have written and not sent of calls that are over: the drafts, the newest first."""

    @property
    def level(self) -> str:
        """The state as a style's class."""
        busy = self.state in (Presence.RINGING, Presence.ON_CALL, Presence.WRAP_UP)
        return "good" if self.state is Presence.AVAILABLE else "busy" if busy else "bad"

    @property
    def reached(self) -> str:
        """How the operator is rung, in words; empty where they cannot be."""
        if self.reach is DeviceType.BROWSER:
            return "in this browser"
        return f"by telephone, {self.phone}" if self.phone else ""

    @property
    def wraps_up(self) -> bool:
        """Whether the operator has time to write things down."""
        return self.state is Presence.WRAP_UP


@dataclass(frozen=True, slots=True)
class OwnCall:
    """An operator's call, as pages beside their own screen show it. `rings_here`: it is their
    browser that rings."""

    id: str
    client: str
    colour: str
    caller: str
    words: str
    since: datetime
    rings: bool
    rings_here: bool


def own_call(conversation: Conversation, flow: CallFlow | None) -> OwnCall:
    """The operator's conversation in a line."""
    operator = conversation.party(PartyRole.OPERATOR)
    rings = operator is not None and operator.standing is PartyState.RINGING
    language = flow.client.language if flow else "en-GB"
    return OwnCall(
        id=conversation.id,
        client=flow.client.name if flow else conversation.client,
        colour=flow.client.colour if flow else "#555555",
        caller=readable_number(conversation.caller, language),
        words=in_words(conversation),
        since=conversation.talking_since or conversation.began_at,
        rings=rings,
        rings_here=rings and operator is not None and operator.address.startswith(BROWSER),
    )


def state_view(
    state: OperatorState | None, phone: str, agency: Agency, unsent: tuple[str, ...] = ()
) -> StateView:
    """The state of an operator, None of one who has never signed on; `phone` is their number as
    people write it, or empty; `unsent` are the drafts they have not sent."""
    if state is None:
        words = f"{WORDS[Presence.OFFLINE]}: sign on to get calls"
        return StateView(Presence.OFFLINE, words, None, None, "", phone, agency.away, unsent=unsent)
    reason = f": {state.reason}" if state.reason else ""
    return StateView(
        state=state.state,
        words=WORDS[state.state] + reason,
        since=state.since,
        until=state.until,
        next=f"after this call: {WORDS[state.next].lower()}" if state.next else "",
        phone=phone,
        reasons=agency.away,
        reach=state.reach,
        unsent=unsent,
    )
