"""One call, played: the engine asks, the world and the caller answer, a clock of its own runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ivr.core.call.card_door import without_cards
from ivr.core.call.engine import CallFlow, Turn, advance
from ivr.core.call.events import CallStarted, Event, HungUp, Waiting
from ivr.core.call.instructions import (
    Conference,
    Continue,
    Dial,
    Effect,
    KeepMessage,
    Listen,
    Pause,
    Play,
    PromiseCallBack,
    Record,
    Say,
    Verb,
)
from ivr.core.call.state import CallState
from ivr.tools.rehearsal.caller import ScriptedCaller
from ivr.tools.rehearsal.transcript import RehearsalTranscript
from ivr.tools.rehearsal.world import World

LETTERS_A_SECOND = 15
MAX_TURNS = 1000
"""A call of so many turns goes round in circles."""


@dataclass(slots=True)
class Played:
    """A call that has been played to its end."""

    state: CallState
    transcript: RehearsalTranscript
    ways: list[tuple[str, str]] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)

    def messages(self) -> list[KeepMessage]:
        """The messages that the caller has left."""
        return [effect for effect in self.effects if isinstance(effect, KeepMessage)]

    def call_backs(self) -> list[PromiseCallBack]:
        """The call backs that were promised."""
        return [effect for effect in self.effects if isinstance(effect, PromiseCallBack)]


def play(
    flow: CallFlow, state: CallState, caller: ScriptedCaller, world: World, now: datetime
) -> Played:
    """Play the call `state`, which has not had its first turn, from `now` (aware) to its end.

    Raises `Unexpected` where the caller meets something else than the steps say.
    """
    return _Playing(flow, caller, world, now).play(state)


class _Playing:
    """A call while it is played."""

    def __init__(self, flow: CallFlow, caller: ScriptedCaller, world: World, now: datetime) -> None:
        self._flow = flow
        self._caller = caller
        self._world = world
        self._began = self._now = now
        self._transcript = caller.transcript
        self._at = ""

    def play(self, state: CallState) -> Played:
        played = Played(state, self._transcript)
        event: Event = CallStarted()
        language = self._flow.client.language
        for _ in range(MAX_TURNS):
            turn = advance(self._flow, played.state, without_cards(event, language), self._now)
            self._follow(played, turn)
            if turn.state.ended_at is not None:
                self._caller.finish()
                return played
            event = self._next(turn)
        raise self._caller.unexpected("the call goes round in circles and does not end")

    def _follow(self, played: Played, turn: Turn) -> None:
        """Write down where the call went and what was heard, and let time pass meanwhile."""
        for name in turn.state.path[len(played.state.path) :]:
            place = self._flow.places[name]
            self._transcript.came_to(name, place.file, place.line)
        played.ways.extend((passed.node, passed.exit) for passed in turn.passed)
        played.effects.extend(turn.effects)
        for effect in turn.effects:
            self._transcript.happened(self._seconds, effect)
        played.state = turn.state
        for verb in turn.verbs:
            self._hear(verb)

    def _hear(self, verb: Verb) -> None:
        match verb:
            case Listen():
                for prompt in verb.prompts:
                    self._hear(prompt)
            case Say(text):
                self._transcript.said(self._seconds, text)
                self._pass(len(text) / LETTERS_A_SECOND)
            case Play(url, music) if not music:
                self._transcript.played(self._seconds, url)
                self._pass(5)
            case Pause(seconds):
                self._pass(seconds)
            case _:
                pass

    def _next(self, turn: Turn) -> Event:
        """What happens next, now that the caller has heard everything."""
        match turn.verbs[-1]:
            case Listen(hold=True):
                event, seconds = self._held(turn.state, listened_to=True)
            case Listen() as listen:
                event, seconds = self._caller.listened_to(self._seconds, listen)
            case Record():
                event, seconds = self._caller.recorded(self._seconds)
            case Dial() as dial:
                event, seconds = self._rung(dial)
            case Conference():
                event, seconds = self._talk()
            case Continue():
                event, seconds = self._held(turn.state)
            case _:
                event, seconds = HungUp(), 0.0
        self._pass(seconds)
        return event

    def _rung(self, dial: Dial) -> tuple[Event, float]:
        event, seconds, who = self._world.rings(self._flow, dial)
        self._transcript.rang(self._seconds, who, event.outcome)
        return self._caller.wait_through(self._seconds, event, seconds)

    def _talk(self) -> tuple[Event, float]:
        event, seconds = self._world.talks()
        self._transcript.connected(self._seconds, "operator")
        return self._caller.wait_through(self._seconds, event, seconds)

    def _held(self, state: CallState, listened_to: bool = False) -> tuple[Event, float]:
        event, seconds = self._world.holds(state, self._now)
        listened_to = listened_to and isinstance(event, Waiting)
        return self._caller.wait_through(self._seconds, event, seconds, listened_to)

    @property
    def _seconds(self) -> float:
        return (self._now - self._began).total_seconds()

    def _pass(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
