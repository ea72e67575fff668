"""What holds after every turn of every call, and events of every type."""

from __future__ import annotations

from ivr.adapters.redis.seal import Seal
from ivr.core.call.engine import CallFlow, Turn
from ivr.core.call.events import (
    CallBackWaits,
    CallStarted,
    Claimed,
    Continued,
    Dialled,
    DialOutcome,
    Event,
    HungUp,
    NobodyAtWork,
    NotYet,
    Pressed,
    QueueFull,
    QueueUnavailable,
    Recorded,
    Replied,
    Silence,
    Spoke,
    Unreachable,
    WaitExpired,
    Waiting,
)
from ivr.core.call.instructions import (
    Conference,
    Continue,
    Dial,
    Hangup,
    Listen,
    Pause,
    Play,
    Record,
    Say,
    Verb,
)
from ivr.core.call.state import CallState
from ivr.core.flow.types import Value

PROMPTS = Say | Play | Pause
WAITING = Listen | Record | Dial | Conference | Continue

KEYS = [Pressed(key) for key in "0123456789*#"]
EVENTS: list[Event] = [
    CallStarted(),
    *KEYS,
    Pressed(""),
    Pressed("12345"),
    Pressed("01604529170"),
    Spoke(""),
    Spoke("yes"),
    Spoke("no", 0.4),
    Spoke("emergency, water is coming in"),
    Spoke("one two three four five"),
    Spoke("the fifth of December at half past five, twelve pounds fifty"),
    Spoke("{reason} <Say> \x00 ' \" é " * 50),
    Silence(),
    Recorded("RE1", 0),
    Recorded("RE2", 30, hung_up=True),
    *(Dialled(outcome, 5) for outcome in DialOutcome),
    Continued(),
    Waiting(1),
    Waiting(4),
    Waiting(2, 290),
    Claimed("room"),
    WaitExpired(),
    QueueFull(),
    NobodyAtWork(),
    CallBackWaits(),
    QueueUnavailable(),
    NotYet(),
    Replied(200, '{"word": "ready", "visits": 3, "known": true}'),
    Replied(200, "<html>" + "[" * 9000),
    Replied(404, ""),
    Replied(503, "{}"),
    Unreachable(),
    HungUp(),
]

SEAL = Seal("key")


def sort(value: Value) -> type:
    """The sort of a value: whole numbers and others are one."""
    return float if type(value) is int else type(value)


def assert_valid(flow: CallFlow, turn: Turn) -> None:
    """A turn leaves the call waiting for exactly one thing, or ended; its state can be stored."""
    state, verbs = turn.state, turn.verbs
    assert state.node in flow.places
    assert {name: sort(value) for name, value in state.variables.items()} == {
        name: sort(value) for name, value in flow.variables.items()
    }
    assert CallState.from_json(state.to_json(SEAL.sealed), SEAL.opened) == state
    if state.ended_at is not None:
        assert all(isinstance(verb, PROMPTS) for verb in verbs[:-1])
        assert not verbs or isinstance(verbs[-1], Hangup)
        assert state.outcome
        assert state.waiting is None
        return
    assert isinstance(verbs[-1], WAITING), verbs
    assert all(isinstance(verb, PROMPTS) for verb in verbs[:-1]), verbs
    if isinstance(verbs[-1], Listen):
        assert len(verbs) == 1, "what comes before a question must be part of it"
    assert (state.waiting is None) == (state.waiting_since is None)


def on_hold(verb: Verb) -> bool:
    """Whether the caller waits, and is asked nothing."""
    return isinstance(verb, Continue) or (isinstance(verb, Listen) and verb.hold)


def silence(verbs: tuple[Verb, ...], waited: int) -> Event:
    """What happens next to a caller who does nothing, while nobody takes any call."""
    match verbs[-1]:
        case Dial():
            return Dialled(DialOutcome.NO_ANSWER)
        case Conference():
            return Dialled(DialOutcome.ANSWERED, 60)
        case Continue() | Listen(hold=True):
            return WaitExpired() if waited > 2 else Waiting(1)
        case _:
            return Silence()
