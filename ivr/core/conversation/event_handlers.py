"""What an event makes of a conversation. Pure; what has happened already changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ivr.core.conversation import actions as act
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
    Why,
)
from ivr.core.conversation.state import Conversation, Party, PartyRole, PartyState, Phase
from ivr.core.conversation.steps import (
    BROWSER,
    CALLER,
    LET_GO,
    OPERATOR,
    Transition,
    answered,
    back_in_line,
    change,
    drop,
    end,
    is_,
    let_go,
    operator_leaves,
    take_back,
)


def handle_event(conversation: Conversation, event: Event, now: datetime) -> Transition:
    """Let `event` happen."""
    match event:
        case Answered(leg):
            return _answered(conversation, leg)
        case Lapsed():
            return _lapsed(conversation, now)
        case Rung(label, leg):
            return _rung(conversation, label, leg)
        case Coming(label, leg):
            return _coming(conversation, label, leg)
        case Started():
            return _started(conversation, now)
        case Joined(label, leg, number):
            return _joined(_arrived(conversation, label, number), label, leg, now)
        case Left(label):
            party = conversation.labelled(label)
            return (
                Transition(conversation)
                if party is None
                else _left(conversation, party, event, now)
            )
        case SentOut(label, leg):
            return _sent_out(conversation, label, leg, now)
        case RoomEnded(left):
            return _room_ended(conversation, left, now)
        case Failed(action):
            return _failed(conversation, action, now)


def _answered(conversation: Conversation, leg: str) -> Transition:
    if not is_(conversation, PartyRole.OPERATOR, PartyState.RINGING):
        return Transition(conversation)
    there = change(conversation, OPERATOR, standing=PartyState.COMING, leg=leg)
    if not conversation.callback:
        return Transition(replace(there, phase=Phase.TALKING))
    ring = act.Ring(CALLER, PartyRole.CALLER, conversation.caller)
    return Transition(there, (ring,))


def _lapsed(conversation: Conversation, now: datetime) -> Transition:
    if not is_(conversation, PartyRole.OPERATOR, PartyState.RINGING):
        return Transition(conversation)
    # The caller may have been fetched already, and must not stay in the room by themselves.
    return end(conversation, None, now)


def _rung(conversation: Conversation, label: str, leg: str) -> Transition:
    party = conversation.labelled(label)
    if party is None:
        return Transition(conversation, (act.Remove(leg),))
    known = conversation if party.leg else change(conversation, label, leg=leg)
    if party.role is PartyRole.THIRD and conversation.unannounced:
        return operator_leaves(known)
    return Transition(known)


def _coming(conversation: Conversation, label: str, leg: str) -> Transition:
    """Whoever was rung twice, as it was forgotten that they were, comes by one of their calls."""
    party = conversation.labelled(label)
    if party is None or party.standing is not PartyState.RINGING or not answered(conversation):
        return Transition(conversation)
    other = (act.Remove(party.leg),) if party.leg and party.leg != leg else ()
    return Transition(change(conversation, label, standing=PartyState.COMING, leg=leg), other)


def _joined(conversation: Conversation, label: str, leg: str, now: datetime) -> Transition:
    party = conversation.labelled(label)
    if conversation.phase is Phase.OVER:
        return Transition(conversation, (act.EndRoom(),))
    if party is None or _is_another(party, leg):
        return Transition(conversation, (act.Remove(leg),))
    match party.role:
        case PartyRole.CALLER | PartyRole.OPERATOR:
            return _arrives(conversation, party, leg, now)
        case PartyRole.THIRD:
            return _third_joined(conversation, party, leg)
        case PartyRole.SUPERVISOR:
            return Transition(change(conversation, label, standing=PartyState.IN, leg=leg))


def _is_another(party: Party, leg: str) -> bool:
    """Whether it is not the call of theirs that counts."""
    return bool(leg and party.leg and leg != party.leg)


def _arrived(conversation: Conversation, label: str, number: int) -> Conversation:
    party = conversation.labelled(label)
    if party is None or not number or number in (known for known, _ in conversation.arrivals):
        return conversation
    return replace(conversation, arrivals=(*conversation.arrivals, (number, party.role)))


def _arrives(conversation: Conversation, party: Party, leg: str, now: datetime) -> Transition:
    """Caller or operator is in the room."""
    if conversation.met or party.standing is PartyState.IN:
        return Transition(conversation)
    picked_up = Transition(conversation)
    if party.role is PartyRole.OPERATOR:  # who is in the room has picked up, whoever has noted it
        picked_up = _answered(conversation, leg)
    there = change(picked_up.conversation, party.label, standing=PartyState.IN, leg=leg)
    met = _met(there, now)
    return Transition(met.conversation, (*picked_up.actions, *met.actions))


def _started(conversation: Conversation, now: datetime) -> Transition:
    if conversation.met or conversation.phase is Phase.OVER:
        return Transition(conversation)
    there = conversation
    for party in conversation.parties:
        there = change(there, party.label, standing=PartyState.IN)
    return _met(there, now)


def _third_joined(conversation: Conversation, third: Party, leg: str) -> Transition:
    if third.standing is PartyState.IN:
        return Transition(conversation)
    there = change(conversation, third.label, standing=PartyState.IN, leg=leg)
    if conversation.unannounced:
        return operator_leaves(there)
    if conversation.phase is not Phase.HANDED_ON:
        return Transition(there)
    back = take_back(there)
    return Transition(back.conversation, (*back.actions, act.EndWith(third.label)))


def _met(conversation: Conversation, now: datetime) -> Transition:
    """Once both are in the room they talk, and are recorded if they are to be."""
    operator, caller = conversation.party(PartyRole.OPERATOR), conversation.party(PartyRole.CALLER)
    both = operator is not None and operator.standing is PartyState.IN
    if conversation.met or not both or caller is None or caller.standing is not PartyState.IN:
        return Transition(conversation)
    met = replace(
        conversation, phase=Phase.TALKING, talking_since=now, recording=conversation.recorded
    )
    return Transition(met, (act.Reached(caller.leg or ""),) if conversation.callback else ())


def _left(conversation: Conversation, party: Party, left: Left, now: datetime) -> Transition:
    if _is_another(party, left.leg):
        return Transition(conversation)
    match party.role:
        case PartyRole.CALLER:
            return _caller_left(conversation, party, left, now)
        case PartyRole.OPERATOR:
            return _operator_left(conversation, party, left, now)
        case PartyRole.THIRD:
            return _third_left(conversation, party, now)
        case PartyRole.SUPERVISOR:
            return Transition(replace(drop(conversation, party.label), watching=None))


def _caller_left(
    conversation: Conversation, caller: Party, left: Left, now: datetime
) -> Transition:
    here = conversation.party(PartyRole.OPERATOR)
    if here is None:
        return end(conversation, PartyRole.CALLER, now)
    if here.standing is PartyState.RINGING:
        return end(conversation, PartyRole.CALLER, now, act.Release(missed=False), room=False)
    if not conversation.callback or conversation.met:
        return end(conversation, PartyRole.CALLER, now, act.Finish())
    if caller.standing is PartyState.RINGING and not left.was_in:
        missed = act.Missed(left.why.value)
        return end(drop(conversation, CALLER), PartyRole.CALLER, now, act.Finish(), missed)
    # They have taken the call, and have put it down themselves: that they have met was not told.
    leg = left.leg or caller.leg
    met = change(replace(conversation, talking_since=now), CALLER, standing=PartyState.IN, leg=leg)
    return end(met, PartyRole.CALLER, now, act.Reached(leg or ""), act.Finish())


def _operator_left(
    conversation: Conversation, party: Party, left: Left, now: datetime
) -> Transition:
    """Who hangs up a telephone means it. A browser says so beforehand, or has lost its way."""
    if party.standing is PartyState.RINGING:
        missed = left.why is not Why.CANCELED
        # The caller is there already where a process has died between fetching them and noting it.
        room = is_(conversation, PartyRole.CALLER, PartyState.IN)
        return end(
            drop(conversation, OPERATOR), PartyRole.OPERATOR, now, act.Release(missed), room=room
        )
    lost = left.why is Why.FAILED or party.address.startswith(BROWSER)
    if is_(conversation, PartyRole.THIRD, PartyState.IN) and is_(
        conversation, PartyRole.CALLER, PartyState.IN
    ):
        return operator_leaves(drop(conversation, OPERATOR))
    if lost:
        return back_in_line(conversation, now, lost=True)
    if let_go(conversation):
        return end(conversation, PartyRole.OPERATOR, now, act.Finish(), act.Missed(LET_GO))
    if is_(conversation, PartyRole.THIRD):
        return operator_leaves(drop(conversation, OPERATOR))
    if is_(conversation, PartyRole.CALLER, PartyState.IN) and conversation.met:
        return end(conversation, PartyRole.OPERATOR, now, act.Finish())
    return back_in_line(conversation, now)


def _third_left(conversation: Conversation, third: Party, now: datetime) -> Transition:
    without = replace(drop(conversation, third.label), unannounced=False, gone=third)
    if conversation.phase is not Phase.HANDED_ON:
        return take_back(replace(without, phase=Phase.TALKING))
    if third.standing is PartyState.RINGING:
        return back_in_line(without, now)
    return end(without, PartyRole.THIRD, now)


def _sent_out(conversation: Conversation, label: str, leg: str, now: datetime) -> Transition:
    party = conversation.labelled(label)
    if party is None or _is_another(party, leg):
        return Transition(conversation)
    if conversation.phase is Phase.HANDED_ON:
        return end(conversation, PartyRole.THIRD, now)
    return back_in_line(conversation, now)


def _room_ended(conversation: Conversation, left: bool, now: datetime) -> Transition:
    if conversation.phase is Phase.OVER or not (conversation.met or answered(conversation)):
        return Transition(conversation)
    if conversation.met:
        return end(conversation, PartyRole.CALLER, now, act.Finish())
    caller = conversation.party(PartyRole.CALLER)
    if caller is not None and (left or caller.standing is PartyState.IN):
        return _caller_left(conversation, caller, Left(CALLER, was_in=True), now)
    if let_go(conversation):
        return end(conversation, PartyRole.OPERATOR, now, act.Finish(), act.Missed(LET_GO))
    return back_in_line(conversation, now)  # a caller who is on their way meets nobody


def _failed(conversation: Conversation, action: act.Action, now: datetime) -> Transition:
    match action:
        case act.Ring(label):
            party = conversation.labelled(label)
            if party is None or party.leg or party.standing is not PartyState.RINGING:
                return Transition(conversation)  # an event since then says that they rang after all
            return _left(conversation, party, Left(label, Why.FAILED), now)
        case act.TakeBack():
            held = change(conversation, CALLER, standing=PartyState.HELD)
            # Somebody who is there can try again; else the queue must see to the caller.
            return Transition(held) if answered(held) else back_in_line(held, now)
        case _:
            return Transition(conversation)
