"""The state machine: `(conversation, event or command, now) → (conversation, actions)`.

Pure. What it promises, under any sequence of events and commands: a caller is never left alone
in a silent room without its end or a place in the queue; there is one operator at most; it ends.
"""

from __future__ import annotations

from datetime import datetime

from ivr.core.conversation.command_handlers import handle_command, possible
from ivr.core.conversation.commands import Command
from ivr.core.conversation.event_handlers import handle_event
from ivr.core.conversation.events import (
    Answered,
    Coming,
    Event,
    Failed,
    Joined,
    Lapsed,
    Left,
    RoomEnded,
    Rung,
    SentOut,
    Started,
)
from ivr.core.conversation.state import Conversation, Party, PartyRole, PartyState, Phase
from ivr.core.conversation.steps import CALLER, OPERATOR, Transition

__all__ = ["CALLER", "OPERATOR", "Transition", "advance", "begin", "possible"]


def begin(
    id_: str,
    client: str,
    caller: str,
    called: str,
    call_sid: str,
    operator: Party,
    now: datetime,
    callback: str = "",
    recorded: bool = False,
    direct: bool = False,
) -> Conversation:
    """A conversation as the `operator` begins to be rung. `id_` is the reservation's.

    `operator` has the operator's short name as its name. `caller` is empty where withheld.
    """
    standing = PartyState.RINGING if callback else PartyState.HELD
    leg = None if callback else call_sid
    return Conversation(
        id=id_,
        client=client,
        caller=caller,
        called=called,
        call_sid=call_sid,
        operator=operator.name,
        phase=Phase.RINGING,
        began_at=now,
        parties=(Party(PartyRole.CALLER, caller, caller, standing, leg, label=CALLER), operator),
        callback=callback,
        recorded=recorded,
        direct=direct,
    )


def advance(conversation: Conversation, what: Event | Command, now: datetime) -> Transition:
    """Let an event happen, or do as asked. Raises `ConversationError` for an impossible command."""
    match what:
        case Answered() | Lapsed() | Rung() | Coming() | Started() | Joined():
            return handle_event(conversation, what, now)
        case Left() | SentOut() | RoomEnded() | Failed():
            return handle_event(conversation, what, now)
        case _:
            return handle_command(conversation, what, now)
