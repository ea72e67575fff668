"""What an operator can do in a conversation, each by one key; the same keys all the time. Pure.

Function keys work while one types, and take no letter from a screen reader.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ivr.core.conversation.commands import (
    Command,
    Complete,
    Consult,
    Decline,
    EndConsult,
    HandOver,
    HangUp,
    Hold,
    JoinAll,
    Mute,
    PauseRecording,
    Resume,
    Target,
    Transfer,
)
from ivr.core.conversation.state import Conversation, Party, PartyRole, PartyState, Phase
from ivr.core.flow.types import parse_phone


class CallAct(StrEnum):
    """What can be done, as it stands in addresses."""

    HOLD = "hold"
    MUTE = "mute"
    JOIN = "join"
    PAUSE = "pause"
    TRANSFER = "transfer"
    CONSULT = "consult"
    COMPLETE = "complete"
    END_CONSULT = "end-consult"
    HAND_OVER = "hand-over"
    DECLINE = "decline"
    HANG_UP = "hang-up"


@dataclass(frozen=True, slots=True)
class CallButton:
    """A button with its key. `pressed` says that it is on, such as a hold; `asks` that it asks
    for somebody first; `possible` whether it can be used now."""

    act: CallAct
    label: str
    key: str
    possible: bool
    pressed: bool | None = None
    asks: bool = False


def keys_for(
    conversation: Conversation, possible: Collection[type[Command]]
) -> tuple[CallButton, ...]:
    """The keys, in their order on the screen; none to pause what is not recorded."""
    operator = conversation.party(PartyRole.OPERATOR)
    held = is_held(conversation)
    muted = bool(operator and operator.muted)
    paused, third = conversation.paused, conversation.party(PartyRole.THIRD)
    consulting = Complete in possible or EndConsult in possible

    def key(
        act: CallAct, label: str, key: str, command: type[Command], pressed: bool | None = None
    ) -> CallButton:
        asks = act in (CallAct.TRANSFER, CallAct.CONSULT, CallAct.HAND_OVER)
        return CallButton(act, label, key, command in possible, pressed, asks)

    name = third.name if third else "them"
    keys = (
        key(CallAct.HOLD, "Take back" if held else "Hold", "F2", Resume if held else Hold, held),
        key(CallAct.MUTE, "Unmute" if muted else "Mute", "F4", Mute, muted),
        key(CallAct.JOIN, "Three-way", "F6", JoinAll),
        key(
            CallAct.PAUSE,
            "Record again" if paused else "Pause recording",
            "F7",
            PauseRecording,
            paused,
        ),
        key(CallAct.COMPLETE, f"Put through to {name}", "F8", Complete)
        if consulting
        else key(CallAct.TRANSFER, "Transfer", "F8", Transfer),
        key(CallAct.END_CONSULT, f"Let {name} go", "F9", EndConsult)
        if consulting
        else key(CallAct.CONSULT, "Consult", "F9", Consult),
        key(CallAct.HAND_OVER, "Pass call", "F10", HandOver),
        key(CallAct.DECLINE, "Decline", "Shift+F2", Decline)
        if Decline in possible
        else key(CallAct.HANG_UP, "Hang up", "Shift+F2", HangUp),
    )
    return tuple(each for each in keys if each.act is not CallAct.PAUSE or conversation.recorded)


def is_held(conversation: Conversation) -> bool:
    """Whether the caller hears music, after they have talked with the operator."""
    caller = conversation.party(PartyRole.CALLER)
    return conversation.met and caller is not None and caller.standing is PartyState.HELD


def in_words(conversation: Conversation) -> str:
    """How the line is, in a sentence."""
    third, operator = conversation.party(PartyRole.THIRD), conversation.party(PartyRole.OPERATOR)
    held = is_held(conversation)
    match conversation.phase:
        case Phase.RINGING if operator and operator.standing is not PartyState.RINGING:
            return "Ringing the caller back"
        case Phase.RINGING:
            back = ", to call somebody back" if conversation.callback else ""
            return f"Your telephone is ringing{back}"
        case Phase.TALKING if not conversation.met:
            return "The caller is being connected"
        case Phase.TALKING | Phase.CONSULTING if third and third.standing is PartyState.RINGING:
            said = f"Ringing {third.name}; the caller is on hold"
        case Phase.TALKING | Phase.CONSULTING if third and held:
            said = f"Talking with {third.name}; the caller is on hold"
        case Phase.TALKING | Phase.CONSULTING if third:
            said = f"Three-way with {third.name}"
        case Phase.TALKING | Phase.CONSULTING:
            said = "The caller is on hold" if held else "Talking"
            said += _who_has_gone(conversation.gone)
        case _:
            return "The call is over"
    said += ", you are muted" if operator and operator.muted else ""
    return said + (", the recording is paused" if conversation.paused else "")


def _who_has_gone(third: Party | None) -> str:
    if third is None:
        return ""
    rang = third.standing is PartyState.RINGING
    return f"; {third.name} has {'not taken the call' if rang else 'hung up'}"


def command_of(
    act: CallAct,
    conversation: Conversation,
    asked: Mapping[str, str],
    person: Callable[[str], Target | None],
    about: str = "",
) -> Command:
    """The command for an act; on and off are told apart by how things stand.

    `asked` is what the form of the key gives: `to` names one of the client's people, for whom
    `person` gives the target, or an operator, and `number` a telephone; `about` is what a third
    party hears before they talk. Raises ValueError, in
    plain words, where there is nobody to ring.
    """
    operator = conversation.party(PartyRole.OPERATOR)
    match act:
        case CallAct.HOLD:
            return Resume() if is_held(conversation) else Hold()
        case CallAct.MUTE:
            return Mute(not (operator and operator.muted))
        case CallAct.PAUSE:
            return PauseRecording(not conversation.paused)
        case CallAct.TRANSFER:
            return Transfer(_target(asked, person), about)
        case CallAct.CONSULT:
            return Consult(_target(asked, person), about)
        case CallAct.HAND_OVER:
            return HandOver(asked.get("to") or None)
        case _:
            return _PLAIN[act]


_PLAIN: dict[CallAct, Command] = {
    CallAct.JOIN: JoinAll(),
    CallAct.COMPLETE: Complete(),
    CallAct.END_CONSULT: EndConsult(),
    CallAct.DECLINE: Decline(),
    CallAct.HANG_UP: HangUp(),
}


def _target(asked: Mapping[str, str], person: Callable[[str], Target | None]) -> Target:
    if name := asked.get("to"):
        target = person(name)
        if target is None:
            raise ValueError("There is no telephone number for them.")
        return target
    try:
        number = parse_phone(asked.get("number", "").strip())
    except ValueError as error:
        raise ValueError(f"Whom shall we ring? {str(error)[:1].upper()}{str(error)[1:]}.") from None
    return Target(number, number)
