"""A call through the pure engine, event by event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from ivr.core.availability.standing import AS_USUAL, Availability
from ivr.core.call.engine import CallFlow, Turn, advance, start
from ivr.core.call.events import CallStarted, Event
from ivr.core.call.instructions import Effect, KeepMessage, Listen, Say, Verb
from ivr.core.call.state import CallState
from ivr.core.flow.types import Value

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=LONDON)
CALLER = "+441632960123"


class PlayedCall:
    """One call; `then` lets something happen to it. A second passes from event to event."""

    def __init__(
        self,
        flow: CallFlow,
        caller: str | None = CALLER,
        now: datetime = MONDAY,
        standing: Availability = AS_USUAL,
    ) -> None:
        self.flow = flow
        self.now = now
        called = flow.client.numbers[0]
        self.turn = Turn(start(flow, "CA1", caller, called, now, standing))
        self.then(CallStarted())

    def then(self, *events: Event) -> Self:
        """Let events happen."""
        for event in events:
            self.turn = advance(self.flow, self.state, event, self.now)
            self.now += timedelta(seconds=1)
        return self

    @property
    def state(self) -> CallState:
        """The call's state after the last event."""
        return self.turn.state

    @property
    def node(self) -> str:
        """Where the call stands."""
        return self.state.node

    @property
    def verbs(self) -> tuple[Verb, ...]:
        """What the last event led to."""
        return self.turn.verbs

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What is to be done because of the last event."""
        return self.turn.effects

    @property
    def said(self) -> str:
        """All words of the last turn."""
        verbs = self.turn.verbs
        said = [
            v for verb in verbs for v in (verb.prompts if isinstance(verb, Listen) else (verb,))
        ]
        return " ".join(verb.text for verb in said if isinstance(verb, Say))

    @property
    def listening(self) -> Listen:
        """What is listened to; fails where the call listens to nothing."""
        (verb,) = self.turn.verbs
        assert isinstance(verb, Listen)
        return verb

    def variable(self, name: str) -> Value:
        """A variable's value, by its full name."""
        return self.state.variables[name]


def recordings_kept(effects: Sequence[Effect]) -> list[str]:
    """The recordings of the messages that are kept, which is all that is done."""
    kept = [effect for effect in effects if isinstance(effect, KeepMessage)]
    assert kept == list(effects)
    return [effect.recording_sid for effect in kept]
