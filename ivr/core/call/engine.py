"""The call engine. One function, `advance`, takes a call from one turn to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from ivr.core.availability.standing import AS_USUAL, Availability
from ivr.core.call.events import CallStarted, Event, HungUp
from ivr.core.call.instructions import Effect, Hangup, Listen, Pause, Play, Say, Verb
from ivr.core.call.state import BEFORE_FIRST, CallState
from ivr.core.flow.flow import LAST_GOODBYE, LAST_RESORT, Flow, Place
from ivr.core.flow.types import Value
from ivr.core.nodes.base import End, Kind, Leave, NodeContext, Stay, Step
from ivr.core.nodes.live import Live

CallFlow = Flow[Kind]

MAX_PATH = 500
"""A call that has passed more nodes than this is a loop of machines; it ends in a message."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A node that the call has left, the exit that it took, and what the caller heard there.

    `to` is where it went instead of where the exit leads, because of somebody's status; `effects`
    what is done there, such as a text that is sent.
    """

    node: str
    exit: str
    verbs: tuple[Verb, ...] = ()
    to: str | None = None
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """What comes of an event: the new state, what the caller hears, what is to be done.

    `passed` are the nodes that the call has left on this turn.
    """

    state: CallState
    verbs: tuple[Verb, ...] = ()
    effects: tuple[Effect, ...] = ()
    passed: tuple[Passed, ...] = ()


def start(
    flow: CallFlow,
    call_sid: str,
    caller: str | None,
    called: str,
    now: datetime,
    standing: Availability = AS_USUAL,
) -> CallState:
    """The state of a call that has just come in, before its first turn (number 0). `standing` is
    how the client's people stand."""
    return CallState(
        call_sid=call_sid,
        client=flow.client_id,
        flow_version=flow.version,
        caller=caller,
        called=called,
        started_at=now,
        node=flow.start,
        turn=BEFORE_FIRST,
        variables=flow.variables,
        standing=standing,
    )


def advance(flow: CallFlow, state: CallState, event: Event, now: datetime) -> Turn:
    """Let `event` happen to the call at `now` (aware).

    Each event is a turn, and the new state bears its number. An event for a call that has ended
    changes nothing.
    """
    if state.ended_at is not None:
        return Turn(state, (Hangup(),))
    if isinstance(event, HungUp):
        return Turn(_ended(state, event.outcome, now))
    place = flow.places.get(state.node)
    if place is None:
        return _run(flow, state, _enter(flow, state, flow.places[LAST_RESORT], now), now)
    if isinstance(event, CallStarted):
        return _run(flow, state, _enter(flow, state, place, now), now)
    step = place.node.resume(situation_of(flow, state, place, now), event)
    return _run(flow, state, (state, step), now)


def resort_to_message(flow: CallFlow, state: CallState, now: datetime) -> Turn:
    """Whatever has gone wrong, take a message: the call goes to the last resort, as a turn."""
    return _run(flow, state, _enter(flow, state, flow.places[LAST_RESORT], now), now)


def leave(flow: CallFlow, state: CallState, exit_: str, now: datetime) -> Turn:
    """The call leaves the node where it stands by `exit_`, whatever would have to happen for it.

    This is how a flow is explained. It sets no variables; an event does.
    """
    return _run(flow, state, (state, Leave(exit_)), now)


def _run(flow: CallFlow, before: CallState, reached: tuple[CallState, Step], now: datetime) -> Turn:
    """Follow the steps until the call waits for something or ends."""
    state, step = reached
    verbs: list[Verb] = []
    effects: list[Effect] = []
    passed: list[Passed] = []
    for _ in range(len(flow.places) + 1):  # a checked flow goes round only if somebody acts
        verbs.extend(step.verbs)
        effects.extend(step.effects)
        if isinstance(step, Stay):
            after, said = _stayed(before, state, step, now), folded(verbs)
            return Turn(after, said, tuple(effects), tuple(passed))
        if isinstance(step, End):
            after = _ended(state, step.outcome, now)
            return Turn(after, tuple(verbs), tuple(effects), tuple(passed))
        passed.append(Passed(state.node, step.exit, step.verbs, step.to, step.effects))
        name = step.to or flow.places[state.node].exits[step.exit]
        if len(state.path) >= MAX_PATH and name not in (LAST_RESORT, LAST_GOODBYE):
            name = LAST_RESORT
        state, step = _enter(flow, state, flow.places[name], now, step.values)
    raise AssertionError(f"{flow.client_id}: a turn without an end, at {state.node}")


def _enter(
    flow: CallFlow,
    state: CallState,
    place: Place[Kind],
    now: datetime,
    values: Mapping[str, Value] = MappingProxyType({}),
) -> tuple[CallState, Step]:
    """The call comes to `place`, with new `values` of variables."""
    state = replace(
        state,
        node=place.name,
        path=(*state.path, place.name),
        variables={**state.variables, **values} if values else state.variables,
        attempt=0,
        memory={},
        waiting=None,
        waiting_since=None,
    )
    return state, place.node.enter(situation_of(flow, state, place, now))


def _stayed(before: CallState, state: CallState, step: Stay, now: datetime) -> CallState:
    """Waiting counts from when the caller joined the queue, through all the turns there."""
    since = before.waiting_since if before.node == state.node else None
    return replace(
        state,
        turn=state.turn + 1,
        attempt=step.attempt,
        memory=step.memory,
        waiting=step.terms,
        waiting_since=(since or now) if step.terms else None,
    )


def _ended(state: CallState, outcome: str, now: datetime) -> CallState:
    return replace(
        state,
        turn=state.turn + 1,
        ended_at=now,
        outcome=outcome,
        waiting=None,
        waiting_since=None,
    )


def situation_of(
    flow: CallFlow, state: CallState, place: Place[Kind], now: datetime
) -> NodeContext:
    """What a node sees of a call that stands at `place`."""
    return NodeContext(
        flow=flow,
        place=place,
        now=now.astimezone(flow.client.timezone),
        caller=state.caller,
        called=state.called,
        variables=state.variables,
        attempt=state.attempt,
        memory=state.memory,
        waiting_since=state.waiting_since,
        standing=state.standing,
    )


def folded(verbs: Sequence[Verb]) -> tuple[Verb, ...]:
    """Let a caller who knows the way press a key during what is said before a question."""
    last = verbs[-1] if verbs else None
    if not isinstance(last, Listen):
        return tuple(verbs)
    before = [verb for verb in verbs[:-1] if isinstance(verb, Say | Play | Pause)]
    if len(before) != len(verbs) - 1:
        return tuple(verbs)
    return (replace(last, prompts=(*before, *last.prompts)),)


def verbs_at(flow: CallFlow, state: CallState, now: datetime) -> tuple[Verb, ...]:
    """What the node where the call stands says on being entered; the call does not move."""
    place = flow.places.get(state.node)
    return place.node.enter(situation_of(flow, state, place, now)).verbs if place else ()


def live_at(flow: CallFlow, state: CallState, now: datetime) -> Live | None:
    """What is listened for live where the call stands; None where nothing is."""
    place = flow.places.get(state.node)
    return place.node.live(situation_of(flow, state, place, now)) if place else None
