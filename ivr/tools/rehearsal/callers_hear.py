"""What callers would hear with a status and without, in plain words, before anybody sets it.

The engine that takes calls is walked through every choice that a caller has; at each telephone and
each queue nobody answers, so that the whole of the way is seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ivr.core.availability.standing import Availability, StatusKind
from ivr.core.call.engine import CallFlow, Turn, advance, leave, start
from ivr.core.call.events import CallStarted, Pressed, Spoke
from ivr.core.call.instructions import Dial, Say
from ivr.core.call.state import CallState
from ivr.core.flow.agreement import AGENCY
from ivr.core.jobs.agreement import owner_at
from ivr.core.nodes.menu import Choice, Menu
from ivr.core.nodes.message import TakeMessage
from ivr.tools.rehearsal.explain import explain
from ivr.tools.rehearsal.undecided import Fork, Unknown, after, fork

MOST_WAYS = 40
"""Ways through a flow that are followed; the first of them say enough."""

LONGEST_WAY = 12
ALL_CALLERS = "All callers"
_WORDS = 120
_QUOTED = re.compile(r" \(“[^”]*”\)")
_CALLER = "+441632960001"
"""A number that nobody has (Ofcom's for drama), so that it is on no list."""


@dataclass(frozen=True, slots=True)
class Way:
    """What some callers meet. `who` says which (`Those who press 1 (“booking”)`), `now` and `then`
    what they meet without the status and with it, as the rest of that sentence."""

    who: str
    now: str
    then: str

    @property
    def changes(self) -> bool:
        """Whether the status makes a difference to them."""
        return self.now != self.then


def with_status(
    standing: Availability, person: str | None, kind: StatusKind | None
) -> Availability:
    """How people would stand if one of them (None: everybody) said this; `kind` None is back."""
    if person is None:
        return replace(standing, everybody=kind)
    others = {name: each for name, each in standing.people.items() if name != person}
    return replace(standing, people={**others, person: kind} if kind else others)


def callers_hear(
    flow: CallFlow,
    now: Availability,
    then: Availability,
    at: datetime,
    agency_name: str = f"the {AGENCY}",
) -> list[Way]:
    """What callers of a client hear at a moment (aware), by the choices that they have, as people
    stand `now`, and as they would stand `then`."""
    before, after = (_ChangesWalk(flow, each, at, agency_name).ways() for each in (now, then))
    absent = "have no such choice"
    ways = [
        Way(who, before.get(who, absent), after.get(who, absent)) for who in {**before, **after}
    ]
    if not any(way.changes for way in ways) and now != then:
        ways += elsewhere(flow, now, then, at)
    return ways


def elsewhere(flow: CallFlow, now: Availability, then: Availability, at: datetime) -> Iterator[Way]:
    """What changes on other ways than those that most callers go, as every way is explained: for
    callers of the lists, withheld numbers, those who are not understood, after a call is taken."""
    for caller, who in _callers(flow):
        before, after = (
            dict.fromkeys(line.text for line in explain(flow, caller, at, standing=each))
            for each in (now, then)
        )
        if before.keys() == after.keys():
            continue
        met = next((text for text in before if text not in after), "what they meet now")
        new = next((text for text in after if text not in before), "")
        yield Way(
            who,
            f"may meet this: {met}",
            f"may meet this: {new}" if new else f"no longer meet this: {met}",
        )
        return


def _callers(flow: CallFlow) -> Iterator[tuple[str | None, str]]:
    """A caller of each kind, and how such callers are named."""
    yield _CALLER, "Some callers"
    yield None, "Callers who withhold their number"
    kinds = {ringing.kind: number for number, ringing in flow.callers.items()}
    for kind, number in kinds.items():
        yield number, f"Callers who are {kind}"


def in_short(ways: Sequence[Way]) -> str:
    """What changes, in one sentence for a text message; that nothing does where nothing does."""
    changed = [way for way in ways if way.changes]
    if not changed:
        return "For callers nothing changes."
    then = _QUOTED.sub("", changed[0].then)
    if len({way.then for way in changed}) == 1 and len(changed) == len(ways):
        return f"{ALL_CALLERS} {then}."
    others = len(changed) - 1
    more = f" {others} other {'choices change' if others > 1 else 'choice changes'} too."
    return f"{changed[0].who} {then}.{more if others else ''}"


class _ChangesWalk:
    """A walk through a flow, as people stand."""

    def __init__(
        self, flow: CallFlow, standing: Availability, at: datetime, agency_name: str
    ) -> None:
        self._flow = flow
        self._standing = standing
        self._now = at.astimezone(flow.client.timezone)
        self._agency = agency_name

    def ways(self) -> Mapping[str, str]:
        """What callers meet, by who they are."""
        flow = self._flow
        state = start(flow, "shown", _CALLER, flow.client.numbers[0], self._now, self._standing)
        found: dict[str, str] = {}
        turn = advance(flow, state, CallStarted(), self._now)
        for who, met in self._from(turn, (), (), frozenset()):
            found.setdefault(who, met)
            if len(found) >= MOST_WAYS:
                break
        return found

    def _from(
        self, turn: Turn, chosen: tuple[str, ...], met: tuple[str, ...], unknown: Unknown
    ) -> Iterator[tuple[str, str]]:
        """Go on from where a turn has led, after these choices and what was met so far."""
        forked = fork(self._flow, turn, unknown, self._now)
        if forked and len(chosen) < LONGEST_WAY:
            yield from self._by_what_they_say(turn, forked, chosen, met, unknown)
            return
        for step in turn.passed:
            unknown = after(self._flow.places[step.node], step.exit, unknown)
        state = turn.state
        place = self._flow.places[state.node]
        if state.ended_at is not None:
            yield _told(chosen, (*met, _farewell(turn)))
        elif state.path.count(state.node) > 1 or len(state.path) > LONGEST_WAY * 4:
            yield _told(chosen, (*met, "hear the same again"))
        elif isinstance(place.node, TakeMessage):
            yield _told(chosen, (*met, self._message(turn, place.node)))
        elif isinstance(place.node, Menu) and len(chosen) < LONGEST_WAY:
            for choice in place.node.choices:
                event = Pressed(choice.key) if choice.key else Spoke(choice.words[0])
                led = advance(self._flow, state, event, self._now)
                yield from self._from(led, (*chosen, _choice(choice)), met, unknown)
        else:
            met = (*met, *self._waits_for(turn))
            yield from self._from(self._nobody(state), chosen, met, unknown)

    def _by_what_they_say(
        self,
        turn: Turn,
        forked: Fork,
        chosen: tuple[str, ...],
        met: tuple[str, ...],
        unknown: Unknown,
    ) -> Iterator[tuple[str, str]]:
        """Go every way of a branch that what callers say decides."""
        position, state, ways = forked
        for step in turn.passed[:position]:
            unknown = after(self._flow.places[step.node], step.exit, unknown)
        if state.path.count(state.node) > 1:
            yield _told(chosen, (*met, "are asked again"))
            return
        for way in ways:
            target = self._flow.places[state.node].exits[way]
            led = leave(self._flow, state, way, self._now)
            yield from self._from(led, (*chosen, f"come to “{target}”"), met, unknown)

    def _waits_for(self, turn: Turn) -> Iterator[str]:
        """What the caller waits for where the turn has led."""
        dial = next((verb for verb in turn.verbs if isinstance(verb, Dial)), None)
        if dial is not None:
            people = self._flow.people.values()
            names = (person.name for person in people if person.phone == dial.number)
            yield f"are put through to {next(names, 'another number')}"
        elif turn.state.waiting is not None:
            yield "wait for somebody at the agency"

    def _nobody(self, state: CallState) -> Turn:
        """Nobody answers, or the caller says what is asked for: the usual way on."""
        exits = self._flow.places[state.node].exits
        way = next((name for name in ("nobody", "next", "failed") if name in exits), None)
        return leave(self._flow, state, way or next(iter(exits)), self._now)

    def _message(self, turn: Turn, node: TakeMessage) -> str:
        words = next((verb.text for verb in turn.verbs[::-1] if isinstance(verb, Say)), "")
        kind = node.message.kind
        owner = owner_at(self._flow, kind, self._now, self._agency, self._standing)
        return f"leave a message for {owner.name} (“{_cut(words)}”)"


def _told(chosen: tuple[str, ...], met: tuple[str, ...]) -> tuple[str, str]:
    who = f"Those who {', then '.join(chosen)}" if chosen else ALL_CALLERS
    parts = [part for part in dict.fromkeys(met) if part]
    return who, ", or else ".join(parts) if parts else "hear that and no more"


def _choice(choice: Choice) -> str:
    if choice.key is None:
        return f"say “{choice.words[0]}”"
    return f"press {choice.key}" + (f" (“{choice.words[0]}”)" if choice.words else "")


def _farewell(turn: Turn) -> str:
    words = next((verb.text for verb in turn.verbs[::-1] if isinstance(verb, Say)), "")
    return f"hear “{_cut(words)}”, and the call ends" if words else "are cut off"


def _cut(words: str) -> str:
    return words if len(words) <= _WORDS else words[:_WORDS].rsplit(" ", 1)[0] + " …"
