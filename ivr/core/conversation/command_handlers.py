"""What may be asked of a conversation, and what it makes of that. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from ivr.core.conversation import actions as act
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
    Unwatch,
    Watch,
    Watching,
)
from ivr.core.conversation.state import Conversation, PartyRole, PartyState, Phase
from ivr.core.conversation.steps import (
    CALLER,
    LET_GO,
    OPERATOR,
    Transition,
    answered,
    back_in_line,
    change,
    drop,
    end,
    have_talked,
    is_,
    joined_by,
    let_go,
    operator_leaves,
    take_back,
)
from ivr.errors import ConversationError

Kind = type[Command]


def possible(conversation: Conversation) -> frozenset[Kind]:
    """The commands that make sense now."""
    match conversation.phase:
        case Phase.OVER:
            return frozenset()
        case Phase.RINGING if is_(conversation, PartyRole.OPERATOR, PartyState.RINGING):
            return frozenset({HangUp, Decline})
        case Phase.RINGING | Phase.HANDED_ON:
            return frozenset({HangUp})
        case Phase.CONSULTING | Phase.TALKING if not conversation.met or conversation.unannounced:
            return frozenset({HangUp})
        case Phase.CONSULTING:
            return _always(conversation) | _consulting(conversation)
        case Phase.TALKING:
            return _always(conversation) | _talking(conversation)
    assert_never(conversation.phase)


def _always(conversation: Conversation) -> frozenset[Kind]:
    more: set[Kind] = {PauseRecording} if conversation.recording else set()
    more |= {Unwatch} if is_(conversation, PartyRole.SUPERVISOR) else set()
    return frozenset({HangUp, Mute, Watch, *more})


def _consulting(conversation: Conversation) -> frozenset[Kind]:
    there = is_(conversation, PartyRole.THIRD, PartyState.IN)
    return frozenset({EndConsult, Complete, JoinAll} if there else {EndConsult})


def _talking(conversation: Conversation) -> frozenset[Kind]:
    if is_(conversation, PartyRole.THIRD):
        return frozenset({Hold, Complete, EndConsult})
    held = is_(conversation, PartyRole.CALLER, PartyState.HELD)
    kinds: set[Kind] = {Resume if held else Hold, Consult}
    if not conversation.direct:  # nobody calls them again, should the other not answer
        kinds.add(Transfer)
    if not conversation.callback:  # who was called has no place in the queue to go back to
        kinds.add(HandOver)
    return frozenset(kinds)


def handle_command(conversation: Conversation, command: Command, now: datetime) -> Transition:
    """Do as asked. Raises `ConversationError` where that is not possible."""
    if type(command) not in possible(conversation):
        raise ConversationError(_refusal(conversation, command))
    conversation = replace(conversation, gone=None)  # whoever commands has read it
    match command:
        case Hold():
            return _hold(conversation)
        case Resume():
            return take_back(conversation)
        case Mute(muted):
            return _mute(conversation, muted)
        case PauseRecording(paused):
            return _pause(conversation, paused)
        case Transfer(to, about):
            return _consult(replace(conversation, unannounced=True, about=about), to)
        case Consult(to, about):
            return _consult(replace(conversation, about=about), to)
        case Complete():
            return operator_leaves(conversation)
        case EndConsult():
            return _end_consult(conversation)
        case JoinAll():
            return take_back(replace(conversation, phase=Phase.TALKING))
        case HandOver(to_operator):
            return _hand_over(conversation, to_operator, now)
        case Decline():
            return _decline(conversation, now)
        case HangUp():
            return _hang_up(conversation, now)
        case Watch(by, how):
            return _watch(conversation, by, how)
        case Unwatch():
            return _unwatch(conversation)
    assert_never(command)


def _hold(conversation: Conversation) -> Transition:
    """With a third party there, the operator consults them again."""
    third = is_(conversation, PartyRole.THIRD)
    held = change(conversation, CALLER, standing=PartyState.HELD)
    phase = Phase.CONSULTING if third else Phase.TALKING
    return Transition(replace(held, phase=phase), (act.PutOnHold(CALLER),))


def _mute(conversation: Conversation, muted: bool) -> Transition:
    changed = change(conversation, OPERATOR, muted=muted)
    return Transition(changed, (act.SetMute(OPERATOR, muted),) if changed != conversation else ())


def _pause(conversation: Conversation, paused: bool) -> Transition:
    changed = replace(conversation, paused=paused)
    return Transition(changed, (act.SetPaused(paused),) if changed != conversation else ())


def _consult(conversation: Conversation, to: Target) -> Transition:
    held = is_(conversation, PartyRole.CALLER, PartyState.HELD)
    waiting = change(conversation, CALLER, standing=PartyState.HELD)
    with_third = joined_by(waiting, PartyRole.THIRD, to.name, to.address)
    label = with_third.parties[-1].label
    ring = act.Ring(label, PartyRole.THIRD, to.address, screened=conversation.unannounced)
    hold = () if held else (act.PutOnHold(CALLER),)
    return Transition(replace(with_third, phase=Phase.CONSULTING), (*hold, ring))


def _end_consult(conversation: Conversation) -> Transition:
    third = conversation.party(PartyRole.THIRD)
    if third is None:
        return Transition(conversation)
    back = take_back(replace(drop(conversation, third.label), phase=Phase.TALKING))
    removed = (act.Remove(third.leg),) if third.leg else ()
    return Transition(back.conversation, (*back.actions, *removed))


def _hand_over(conversation: Conversation, to: str | None, now: datetime) -> Transition:
    if to == conversation.operator:
        raise ConversationError("The caller is with you already; choose another operator.")
    return back_in_line(conversation, now, to)


def _decline(conversation: Conversation, now: datetime) -> Transition:
    """Nobody has missed anything: the operator is there, and says so."""
    room = is_(conversation, PartyRole.CALLER, PartyState.IN)
    refused = act.Release(missed=False, declined=True)
    return end(conversation, PartyRole.OPERATOR, now, refused, room=room)


def _hang_up(conversation: Conversation, now: datetime) -> Transition:
    """A caller who has not talked with anybody yet is not sent away, but waits again."""
    operator = conversation.party(PartyRole.OPERATOR)
    if operator is None:
        return end(conversation, PartyRole.OPERATOR, now)
    if operator.standing is PartyState.RINGING:
        return _decline(conversation, now)
    if have_talked(conversation, now):
        return end(conversation, PartyRole.OPERATOR, now, act.Finish())
    if let_go(conversation):
        return end(conversation, PartyRole.OPERATOR, now, act.Finish(), act.Missed(LET_GO))
    return back_in_line(conversation, now)


def _watch(conversation: Conversation, by: Target, how: Watching) -> Transition:
    there = conversation.party(PartyRole.SUPERVISOR)
    if there is None:
        watched = joined_by(conversation, PartyRole.SUPERVISOR, by.name, by.address)
        label = watched.parties[-1].label
        ring = act.Ring(label, PartyRole.SUPERVISOR, by.address, how=how)
        return Transition(replace(watched, watching=how), (ring,))
    if there.address != by.address:
        raise ConversationError(f"{there.name} takes part already; one supervisor can at a time.")
    if there.standing is PartyState.RINGING:
        raise ConversationError("Your telephone still rings; answer it first.")
    if conversation.watching is how:
        return Transition(conversation)
    mute = act.SetMute(there.label, how is Watching.LISTEN)
    coach = act.Coach(there.label, how is Watching.COACH)
    return Transition(replace(conversation, watching=how), (coach, mute))


def _unwatch(conversation: Conversation) -> Transition:
    there = conversation.party(PartyRole.SUPERVISOR)
    if there is None:
        return Transition(conversation)
    removed = (act.Remove(there.leg),) if there.leg else ()
    return Transition(replace(drop(conversation, there.label), watching=None), removed)


_ASKED: dict[Kind, str] = {
    Hold: "The caller cannot be put on hold",
    Resume: "Nobody is on hold",
    Mute: "The microphone cannot be switched",
    PauseRecording: "Nothing is being recorded",
    Transfer: "The caller cannot be put through",
    Consult: "Nobody else can be rung",
    Complete: "The caller cannot be put through",
    EndConsult: "Nobody else is on the line",
    JoinAll: "There is nobody to bring together",
    HandOver: "The call cannot be passed",
    Decline: "The caller cannot be declined any more",
    HangUp: "There is nothing to hang up",
    Watch: "Nobody can take part",
    Unwatch: "Nobody takes part",
}


def _refusal(conversation: Conversation, command: Command) -> str:
    return f"{_ASKED[type(command)]}: {_state_of(conversation)}."


def _state_of(conversation: Conversation) -> str:
    """How things stand, as the end of a sentence."""
    match conversation.phase:
        case Phase.OVER:
            return "the conversation is over"
        case Phase.HANDED_ON:
            return "the call has been passed to somebody else"
        case Phase.RINGING:
            return "it still rings"
        case _ if not conversation.met or not answered(conversation):
            return "the caller is not here yet"
        case _ if conversation.unannounced:
            return "the caller is being put through"
        case Phase.CONSULTING:
            return "the caller is held while you talk with somebody else"
        case _ if is_(conversation, PartyRole.THIRD):
            return "somebody else is on the line"
        case _ if is_(conversation, PartyRole.CALLER, PartyState.HELD):
            return "the caller is on hold"
        case _:
            return "you are talking with the caller"
