"""What a caller would hear and why, node by node, with every way on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from ivr.core.availability.standing import AS_USUAL, Availability
from ivr.core.call.engine import CallFlow, Passed, Turn, advance, leave, start
from ivr.core.call.events import CallStarted, Pressed, Spoke
from ivr.core.call.instructions import Conference, Dial, Listen, Play, Record, Say, SendText, Verb
from ivr.core.call.state import CallState
from ivr.core.flow import placeholders
from ivr.core.nodes.base import Kind
from ivr.core.nodes.menu import Menu
from ivr.core.nodes.text import WriteText
from ivr.tools.rehearsal.reasons import reason, when
from ivr.tools.rehearsal.undecided import Unknown, after, fork


@dataclass(frozen=True, slots=True)
class ExplanationLine:
    """One sentence of an explanation. `depth` counts the decisions before it."""

    depth: int
    file: str
    line: int
    node: str
    text: str


def explain(
    flow: CallFlow,
    caller: str | None,
    now: datetime,
    called: str | None = None,
    standing: Availability = AS_USUAL,
) -> Iterator[ExplanationLine]:
    """Explain a call of `caller` (E.164, None: withheld) that comes in at `now` (aware), while the
    client's people stand as `standing` says.

    Every way that the caller or somebody else may choose is followed to its end, once.
    """
    local = now.astimezone(flow.client.timezone)
    state = start(flow, "explained", caller, called or flow.client.numbers[0], local, standing)
    walk = _ExplainedWalk(flow, local)
    yield from walk.passed(0, state, advance(flow, state, CallStarted(), local), frozenset())


class _ExplainedWalk:
    """A walk through a flow; what has been explained is not explained again."""

    def __init__(self, flow: CallFlow, now: datetime) -> None:
        self._flow = flow
        self._now = now
        self._explained: set[str] = set()

    def passed(
        self, depth: int, before: CallState, turn: Turn, unknown: Unknown
    ) -> Iterator[ExplanationLine]:
        """The nodes that a turn has passed, then the one where the call stands. `unknown` are the
        variables that depend on the caller, as they were before the turn."""
        heard = [words for verb in turn.verbs for words in self._heard(verb)]
        forked = fork(self._flow, turn, unknown, self._now)
        for step in turn.passed[: forked[0]] if forked else turn.passed:
            unknown = after(self._flow.places[step.node], step.exit, unknown)
            count = sum(1 for verb in step.verbs for _ in self._heard(verb))
            said, heard = heard[:count], heard[count:]
            if step.node == before.node and before.path:
                continue  # the caller's own choice, which has been told
            for words in said:
                yield self._line(depth, step.node, words)
            for effect in step.effects:
                if isinstance(effect, SendText):
                    yield self._line(depth, step.node, self._text(effect, turn.state, unknown))
            yield self._went(depth, turn.state, step)
        if forked:
            _, state, ways = forked
            yield from self._choices(depth, state, unknown, ways)
            return
        for words in heard:
            yield self._line(depth, turn.state.node, words)
        if turn.state.ended_at is not None:
            self._explained.add(turn.state.node)
            yield self._line(depth, turn.state.node, "the call ends")
            return
        yield from self._choices(depth, turn.state, unknown)

    def _went(self, depth: int, state: CallState, step: Passed) -> ExplanationLine:
        self._explained.add(step.node)
        place = self._flow.places[step.node]
        stood = replace(state, node=step.node)
        why = reason(self._flow, stood, place.node, step.exit, self._now)
        target = step.to or place.exits[step.exit]
        return self._line(
            depth, step.node, f"{why}, so the call goes to {target}" if why else f"then {target}"
        )

    def _choices(
        self, depth: int, state: CallState, unknown: Unknown, ways: Collection[str] | None = None
    ) -> Iterator[ExplanationLine]:
        if state.node in self._explained:
            yield self._line(depth, state.node, "(as above)")
            return
        self._explained.add(state.node)
        place = self._flow.places[state.node]
        for exit_, target in place.exits.items():
            if ways is not None and exit_ not in ways:
                continue
            happens = when(self._flow, place.node, exit_, self._now, state.standing)
            if target in self._explained:
                yield self._line(depth, state.node, f"{happens} → {target} (as above)")
                continue
            yield self._line(depth, state.node, f"{happens} → {target}")
            turn = self._leaving(state, place.node, exit_)
            yield from self.passed(depth + 1, state, turn, unknown)

    def _leaving(self, state: CallState, node: Kind, exit_: str) -> Turn:
        """The turn that leaves by `exit_`: by the caller's own choice where that sets something."""
        if isinstance(node, Menu):
            for choice in node.choices:
                if choice.label == exit_:
                    event = Pressed(choice.key) if choice.key else Spoke(choice.words[0])
                    return advance(self._flow, state, event, self._now)
        return leave(self._flow, state, exit_, self._now)

    def _line(self, depth: int, node: str, text: str) -> ExplanationLine:
        place = self._flow.places[node]
        return ExplanationLine(depth, place.file, place.line, node, text)

    def _heard(self, verb: Verb) -> Iterator[str]:
        match verb:
            case Say(text):
                yield f"the caller hears “{text}”"
            case Play(url, music) if not music:
                yield f"the caller hears the file {url.rpartition('/')[2]}"
            case Listen(prompts):
                for prompt in prompts:
                    yield from self._heard(prompt)
            case Record(max_seconds):
                yield f"after a tone the caller may speak for {max_seconds} seconds"
            case Dial(number, ring_seconds):
                yield f"{self._named(number)} is rung for {ring_seconds} seconds"
            case Conference():
                yield "an operator and the caller are connected"
            case _:
                return

    def _text(self, text: SendText, state: CallState, unknown: Unknown) -> str:
        """A text and who gets it; in the file's words where the caller's own are among them."""
        place, body = self._flow.places[text.node], text.body
        if isinstance(place.node, WriteText):
            named = placeholders.names(place.node.text.say)
            body = body if unknown.isdisjoint(map(place.scope.full, named)) else place.node.text.say
        who = f"the caller ({text.to})" if text.to == state.caller else self._named(text.to)
        return f"a text goes to {who}: “{body}”"

    def _named(self, number: str) -> str:
        """Whose number it is, where it is one of the client's people."""
        names = (p.name for p in self._flow.people.values() if p.phone == number)
        return next(names, number)
