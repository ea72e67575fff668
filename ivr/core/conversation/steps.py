"""Steps that events and commands have in common. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ivr.core.conversation import actions as act
from ivr.core.conversation.actions import Action
from ivr.core.conversation.state import Conversation, Party, PartyRole, PartyState, Phase

CALLER, OPERATOR = "caller", "operator"
"""The labels of those two; third parties and supervisors are numbered."""

BROWSER = "client:"
A_WORD = timedelta(seconds=1)

LET_GO = "let go"
"""Why somebody was not reached whose ringing the operator did not wait for."""


@dataclass(frozen=True, slots=True)
class Transition:
    """What comes of an event or a command."""

    conversation: Conversation
    actions: tuple[Action, ...] = ()


def change(conversation: Conversation, label: str, **changes: Any) -> Conversation:
    """The conversation with something changed of one party."""
    return _each(conversation, lambda p: replace(p, **changes) if p.label == label else p)


def drop(conversation: Conversation, label: str) -> Conversation:
    """The conversation without one party."""
    return _each(conversation, lambda party: None if party.label == label else party)


def joined_by(conversation: Conversation, role: PartyRole, name: str, address: str) -> Conversation:
    """The conversation with somebody who is about to be rung, labelled anew; the last party."""
    rings = conversation.rings + 1
    party = Party(role, name, address, PartyState.RINGING, label=f"{role.value}-{rings}")
    return replace(conversation, rings=rings, parties=(*conversation.parties, party))


def is_(conversation: Conversation, role: PartyRole, *standings: PartyState) -> bool:
    """Whether somebody of this role is there, and stands in one of these ways if any is named."""
    party = conversation.party(role)
    return party is not None and (not standings or party.standing in standings)


def answered(conversation: Conversation) -> bool:
    """Whether the operator has picked up and has not left."""
    return is_(conversation, PartyRole.OPERATOR, PartyState.COMING, PartyState.IN)


def have_talked(conversation: Conversation, now: datetime) -> bool:
    """Whether caller and operator have met for long enough to say a word. Who presses a
    key at the very moment in which the caller comes in has not seen them come."""
    since = conversation.talking_since
    return since is not None and now - since >= A_WORD


def let_go(conversation: Conversation) -> bool:
    """Whether somebody who is called back has not taken the call yet, so that an operator who
    leaves now has let them go. Who has taken it is cut off instead, and hears so."""
    return bool(conversation.callback) and is_(conversation, PartyRole.CALLER, PartyState.RINGING)


def take_back(conversation: Conversation) -> Transition:
    """The caller is with the others again, if they were held."""
    if not is_(conversation, PartyRole.CALLER, PartyState.HELD):
        return Transition(conversation)
    return Transition(change(conversation, CALLER, standing=PartyState.IN), (act.TakeBack(CALLER),))


def end(
    conversation: Conversation,
    by: PartyRole | None,
    now: datetime,
    *first: Action,
    room: bool = True,
) -> Transition:
    """It is over for everybody. `first` is what becomes of the caller's place in the queue.

    Whoever still rings is rung no more; whoever is in the room is sent out of it. Of somebody who
    was called back it is told whether that is done, or was cut off as they wait again.
    """
    ringing = (p.leg for p in conversation.parties if p.standing is PartyState.RINGING)
    removed = tuple(act.Remove(leg) for leg in ringing if leg is not None)
    closed = replace(
        conversation,
        phase=Phase.OVER,
        parties=(),
        ended_at=now,
        ended_by=by,
        recording=False,
        paused=False,
        unannounced=False,
        watching=None,
    )
    ended = (act.EndRoom(),) if room else ()
    taken = is_(conversation, PartyRole.CALLER, PartyState.COMING, PartyState.IN, PartyState.HELD)
    if not conversation.callback or not (conversation.met or taken):
        return Transition(closed, (*first, *removed, *ended))
    if any(isinstance(action, act.Requeue) for action in first):
        return Transition(closed, (act.CutOff(), *first, *removed, *ended))
    if not conversation.met:
        return Transition(closed, (*first, *removed, *ended))
    caller = conversation.party(PartyRole.CALLER)
    done = act.Done((caller.leg if caller else None) or "")
    return Transition(closed, (*first, *removed, *ended, done))


def back_in_line(
    conversation: Conversation, now: datetime, to: str | None = None, lost: bool = False
) -> Transition:
    """The caller is put back in the queue, and leaves the room for it."""
    waits = not conversation.direct  # nobody is told of a further call that is not to come
    by = None if waits and (lost or conversation.callback) else PartyRole.OPERATOR
    return end(conversation, by, now, act.Requeue(to, lost))


def operator_leaves(conversation: Conversation) -> Transition:
    """Caller and third party go on without the operator, and without whoever listens to them.

    Where the third party is not there yet, the caller hears music until they are.
    """
    going = [
        p for p in conversation.parties if p.role in (PartyRole.OPERATOR, PartyRole.SUPERVISOR)
    ]
    staying = tuple(p for p in conversation.parties if p not in going)
    left = replace(
        conversation,
        phase=Phase.HANDED_ON,
        parties=staying,
        unannounced=False,
        watching=None,
    )
    removed = tuple(act.Remove(p.leg) for p in going if p.leg is not None)
    third = conversation.party(PartyRole.THIRD)
    if third is None or third.standing is PartyState.RINGING:
        return Transition(left, (act.Finish(), *removed))
    back = take_back(left)
    actions = (*back.actions, act.EndWith(third.label), act.Finish(), *removed)
    return Transition(back.conversation, actions)


def _each(conversation: Conversation, changed: Callable[[Party], Party | None]) -> Conversation:
    parties = (changed(party) for party in conversation.parties)
    return replace(conversation, parties=tuple(p for p in parties if p is not None))
