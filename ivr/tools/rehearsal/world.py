"""What surrounds a rehearsed call: people who answer the telephone, operators, other systems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from ivr.core.call.engine import CallFlow
from ivr.core.call.events import (
    Claimed,
    Dialled,
    DialOutcome,
    Event,
    NobodyAtWork,
    QueueFull,
    Replied,
    Unreachable,
    WaitExpired,
    Waiting,
)
from ivr.core.call.instructions import Dial
from ivr.core.call.state import CallState

Behaviour = Literal["answers", "busy", "no_answer", "declines"]

HOLD_SECONDS = 10.0
TALK_SECONDS = 60
REPLY_SECONDS = 1.0
ANSWER_SECONDS = 4.0
_OUTCOMES: Mapping[str, DialOutcome] = {
    "answers": DialOutcome.ANSWERED,
    "busy": DialOutcome.BUSY,
    "no_answer": DialOutcome.NO_ANSWER,
    "declines": DialOutcome.NO_ANSWER,
}


@dataclass(frozen=True, slots=True)
class World:
    """Who answers, and what.

    `operators` is after how many seconds an operator takes a waiting caller, None for never, `off`
    where they have all gone home; `waiting` callers are in line before them; `people` how those
    behave who are rung, by their short names; `replies` the status and text with which systems
    answer, by node.
    """

    operators: int | Literal["off"] | None = None
    people: Mapping[str, Behaviour] = field(default_factory=dict)
    replies: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    waiting: int = 0

    def rings(self, flow: CallFlow, dial: Dial) -> tuple[Dialled, float, str]:
        """What comes of ringing a number: the event, how long it took, whose number it is."""
        numbers = {person.phone: name for name, person in flow.people.items() if person.phone}
        who = numbers.get(dial.number, dial.number)
        behaviour = self.people.get(who, "no_answer")
        outcome = _OUTCOMES[behaviour]
        if outcome is DialOutcome.ANSWERED:
            return Dialled(outcome, TALK_SECONDS), ANSWER_SECONDS + TALK_SECONDS, who
        rang = float(dial.ring_seconds) if behaviour == "no_answer" else ANSWER_SECONDS
        return Dialled(outcome), rang, who

    def talks(self) -> tuple[Event, float]:
        """The caller and the operator talk, and the operator ends it."""
        return Dialled(DialOutcome.ANSWERED, TALK_SECONDS), float(TALK_SECONDS)

    def holds(self, state: CallState, now: datetime) -> tuple[Event, float]:
        """What happens while the caller is on hold: in the queue, or for another system."""
        terms, since = state.waiting, state.waiting_since
        if terms is None or since is None:
            return self._reply(state.node), REPLY_SECONDS
        waited = (now - since).total_seconds()
        if self.operators == "off":
            return NobodyAtWork(), 0.0
        if terms.max_before is not None and self.waiting >= terms.max_before:
            return QueueFull(), 0.0
        if self.operators is not None and waited >= self.operators:
            return Claimed("rehearsal"), 0.0
        if waited >= terms.max_wait:
            return WaitExpired(), 0.0
        until = terms.max_wait if self.operators is None else min(self.operators, terms.max_wait)
        return Waiting(self.waiting + 1), min(HOLD_SECONDS, until - waited)

    def _reply(self, node: str) -> Event:
        status, body = self.replies.get(node, (0, ""))
        return Replied(status, body) if status else Unreachable()
