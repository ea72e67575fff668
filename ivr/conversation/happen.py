"""What an event makes of a conversation. Pure; what has happened already changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ivr.conversation import actions as act
from ivr.conversation.events import (
    Answered,
    Event,
    Failed,
    Joined,
    Lapsed,
    Left,
    RoomEnded,
    Rung,
    Why,
)
from ivr.conversation.state import Conversation, Party, Phase, Role, Standing
from ivr.conversation.steps import (
    BROWSER,
    CALLER,
    OPERATOR,
    Step,
    answered,
    back_in_line,
    change,
    drop,
    end,
    is_,
    operator_leaves,
    take_back,
)

LET_GO = "let go"


def happen(conversation: Conversation, event: Event, now: datetime) -> Step:
    """Let `event` happen."""
    match event:
        case Answered(leg):
            return _answered(conversation, leg, now)
        case Lapsed():
            return _lapsed(conversation, now)
        case Rung(label, leg):
            return _rung(conversation, label, leg)
        case Joined(label, leg, number):
            return _joined(_arrived(conversation, label, number), label, leg, now)
        case Left(label, why):
            party = conversation.labelled(label)
            return Step(conversation) if party is None else _left(conversation, party, why, now)
        case RoomEnded():
            return _room_ended(conversation, now)
        case Failed(action):
            return _failed(conversation, action, now)


def _answered(conversation: Conversation, leg: str, now: datetime) -> Step:
    if not is_(conversation, Role.OPERATOR, Standing.RINGING):
        return Step(conversation)
    there = change(conversation, OPERATOR, standing=Standing.IN, leg=leg)
    if not conversation.callback:
        return Step(_met(replace(there, phase=Phase.TALKING), now))
    ring = act.Ring(CALLER, Role.CALLER, conversation.caller)
    return Step(there, (ring,))


def _lapsed(conversation: Conversation, now: datetime) -> Step:
    if not is_(conversation, Role.OPERATOR, Standing.RINGING):
        return Step(conversation)
    # The caller may have been fetched already, and must not stay in the room by themselves.
    return end(conversation, None, now)


def _rung(conversation: Conversation, label: str, leg: str) -> Step:
    party = conversation.labelled(label)
    if party is None:
        return Step(conversation, (act.Remove(leg),))
    known = conversation if party.leg else change(conversation, label, leg=leg)
    if party.role is Role.THIRD and conversation.unannounced:
        return operator_leaves(known)
    return Step(known)


def _joined(conversation: Conversation, label: str, leg: str, now: datetime) -> Step:
    party = conversation.labelled(label)
    if conversation.phase is Phase.OVER:
        return Step(conversation, (act.EndRoom(),))
    if party is None:
        return Step(conversation, (act.Remove(leg),))
    match party.role:
        case Role.CALLER:
            return _caller_joined(conversation, leg, now)
        case Role.OPERATOR:
            return _answered(conversation, leg, now)
        case Role.THIRD:
            return _third_joined(conversation, party, leg)
        case Role.SUPERVISOR:
            return Step(change(conversation, label, standing=Standing.IN, leg=leg))


def _arrived(conversation: Conversation, label: str, number: int) -> Conversation:
    party = conversation.labelled(label)
    if party is None or not number or number in (known for known, _ in conversation.arrivals):
        return conversation
    return replace(conversation, arrivals=(*conversation.arrivals, (number, party.role)))


def _caller_joined(conversation: Conversation, leg: str, now: datetime) -> Step:
    if conversation.met:
        return Step(conversation)
    there = _met(change(conversation, CALLER, standing=Standing.IN, leg=leg), now)
    reached = (act.Reached(leg),) if conversation.callback else ()
    return Step(there, reached)


def _third_joined(conversation: Conversation, third: Party, leg: str) -> Step:
    if third.standing is Standing.IN:
        return Step(conversation)
    there = change(conversation, third.label, standing=Standing.IN, leg=leg)
    if conversation.unannounced:
        return operator_leaves(there)
    if conversation.phase is not Phase.HANDED_ON:
        return Step(there)
    back = take_back(there)
    return Step(back.conversation, (*back.actions, act.EndWith(third.label)))


def _met(conversation: Conversation, now: datetime) -> Conversation:
    """Once both are in the room they talk, and are recorded if they are to be."""
    both = answered(conversation) and is_(conversation, Role.CALLER, Standing.IN)
    if not both or conversation.met:
        return conversation
    return replace(
        conversation, phase=Phase.TALKING, talking_since=now, recording=conversation.recorded
    )


def _left(conversation: Conversation, party: Party, why: Why, now: datetime) -> Step:
    match party.role:
        case Role.CALLER:
            return _caller_left(conversation, why, now)
        case Role.OPERATOR:
            return _operator_left(conversation, party, why, now)
        case Role.THIRD:
            return _third_left(conversation, party, now)
        case Role.SUPERVISOR:
            return Step(replace(drop(conversation, party.label), watching=None))


def _caller_left(conversation: Conversation, why: Why, now: datetime) -> Step:
    here = conversation.party(Role.OPERATOR)
    if here is None:
        return end(conversation, Role.CALLER, now)
    if here.standing is Standing.RINGING:
        return end(conversation, Role.CALLER, now, act.Release(missed=False), room=False)
    missed = (act.Missed(why.value),) if conversation.callback and not conversation.met else ()
    return end(drop(conversation, CALLER), Role.CALLER, now, act.Finish(), *missed)


def _operator_left(conversation: Conversation, party: Party, why: Why, now: datetime) -> Step:
    """Who hangs up a telephone means it. A browser says so beforehand, or has lost its way."""
    if party.standing is Standing.RINGING:
        missed = why is not Why.CANCELED
        # The caller is there already where a process has died between fetching them and noting it.
        room = is_(conversation, Role.CALLER, Standing.IN)
        return end(drop(conversation, OPERATOR), Role.OPERATOR, now, act.Release(missed), room=room)
    lost = why is Why.FAILED or party.address.startswith(BROWSER)
    if is_(conversation, Role.THIRD, Standing.IN) and is_(conversation, Role.CALLER, Standing.IN):
        return operator_leaves(drop(conversation, OPERATOR))
    if lost:
        return back_in_line(conversation, now, lost=True)
    if conversation.callback and not conversation.met:
        return end(conversation, Role.OPERATOR, now, act.Finish(), act.Missed(LET_GO))
    if is_(conversation, Role.THIRD):
        return operator_leaves(drop(conversation, OPERATOR))
    if is_(conversation, Role.CALLER, Standing.IN) and conversation.met:
        return end(conversation, Role.OPERATOR, now, act.Finish())
    return back_in_line(conversation, now)


def _third_left(conversation: Conversation, third: Party, now: datetime) -> Step:
    without = replace(drop(conversation, third.label), unannounced=False, gone=third)
    if conversation.phase is not Phase.HANDED_ON:
        return take_back(replace(without, phase=Phase.TALKING))
    if third.standing is Standing.RINGING:
        return back_in_line(without, now)
    return end(without, Role.THIRD, now)


def _room_ended(conversation: Conversation, now: datetime) -> Step:
    if conversation.phase is Phase.OVER or not (conversation.met or answered(conversation)):
        return Step(conversation)
    if conversation.met:
        return end(conversation, Role.CALLER, now, act.Finish())
    if conversation.callback:
        return end(conversation, Role.OPERATOR, now, act.Finish(), act.Missed(LET_GO))
    return back_in_line(conversation, now)  # a caller who is on their way meets nobody


def _failed(conversation: Conversation, action: act.Action, now: datetime) -> Step:
    match action:
        case act.Ring(label):
            party = conversation.labelled(label)
            return (
                Step(conversation) if party is None else _left(conversation, party, Why.FAILED, now)
            )
        case act.TakeBack():
            held = change(conversation, CALLER, standing=Standing.HELD)
            # Somebody who is there can try again; else the queue must see to the caller.
            return Step(held) if answered(held) else back_in_line(held, now)
        case _:
            return Step(conversation)
