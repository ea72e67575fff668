"""`queue`: the caller waits for a human operator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from ivr.events import (
    Claimed,
    Dialled,
    Event,
    QueueUnavailable,
    WaitExpired,
    Waiting,
)
from ivr.flow.node import Exit
from ivr.flow.types import Duration, Model, NodeName, OneOrMany, Skill
from ivr.instructions import Circle, Conference, Continue, Play, Prompt, Verb, WaitTerms
from ivr.nodes.base import Kind, Leave, Situation, Stay, Step

HOLD_MUSIC = "/media/hold.wav"


class Terms(Model):
    """On what terms callers wait. A higher priority is served first (0–10)."""

    priority: int = Field(
        5, ge=0, le=10, description="A higher one is served first, then the longest waiting."
    )
    skills: Annotated[tuple[Skill, ...], OneOrMany] = Field(
        (), description="What an operator must have to take the call."
    )
    max_wait: Duration = Field(120, ge=10, le=3600, description="How long a caller waits at most.")
    position: Annotated[bool, Field(description="whether callers hear their place")] = True
    offer_callback_after: Duration | None = Field(
        None, ge=10, le=3600, description="After how long a call back is offered (not used yet)."
    )


def _none_means_usual(value: Any) -> Any:
    return value or {}


class Queue(Kind):
    """Hand the caller to an operator, or go on after `max_wait`.

    Call backs are not offered yet: the ways `overflow` and `callback` are read and not taken.
    """

    verb: ClassVar[str] = "queue"
    example: ClassVar[str] = """\
operators:
  queue: {priority: 5, max_wait: 120s, skills: [legal]}
  answered: done
  nobody: take_message
"""
    queue: Annotated[Terms, BeforeValidator(_none_means_usual)] = Field(
        description="On what terms the caller waits."
    )
    answered: NodeName | None = Field(
        None, description="Where the call goes after the talk; else it ends."
    )
    nobody: NodeName = Field(description="Where the call goes if no operator takes it in time.")
    overflow: NodeName | None = Field(
        None, description="Where the call goes if too many are waiting (not used yet)."
    )
    callback: NodeName | None = Field(
        None, description="Where the call goes if a call back was asked for (not used yet)."
    )

    def exits(self) -> Iterator[Exit]:
        yield Exit("answered", self.answered, ("answered",), by_caller=True, default="goodbye")
        yield self.exit("nobody")
        yield Exit("overflow", self.overflow, ("overflow",), optional=True)
        yield Exit("callback", self.callback, ("callback",), by_caller=True, optional=True)

    def not_yet(self) -> Iterator[str]:
        if self.queue.offer_callback_after is not None:
            yield "callers are not offered a call back yet; they wait for 'max_wait'"

    def enter(self, situation: Situation) -> Stay:
        return self._hold(situation, (situation.phrase("queue_joined"),), {})

    def resume(self, situation: Situation, event: Event) -> Step:
        match event:
            case Waiting(position):
                return self._hold(situation, *self._announce(situation, position))
            case Claimed(room):
                return self._connect(situation, room)
            case Dialled():
                return Leave("answered")
            case WaitExpired() | QueueUnavailable():
                return Leave("nobody")
            case _:
                return self._hold(situation, (), situation.memory)

    def _announce(
        self, situation: Situation, position: int
    ) -> tuple[tuple[Prompt, ...], Mapping[str, int]]:
        """The caller's place, said when it has changed."""
        memory = {"position": position}
        if not self.queue.position or situation.memory.get("position") == position:
            return (), memory
        if position == 1:
            return (situation.phrase("queue_first"),), memory
        return (situation.phrase("queue_position", position=str(position)),), memory

    def _hold(
        self, situation: Situation, prompts: tuple[Prompt, ...], memory: Mapping[str, Any]
    ) -> Stay:
        verbs: tuple[Verb, ...] = (*prompts, Play(HOLD_MUSIC), Continue())
        return Stay(verbs, memory=memory, terms=self._terms(situation))

    def _connect(self, situation: Situation, room: str) -> Stay:
        return Stay(
            (situation.phrase("connecting"), Conference(room)), terms=self._terms(situation)
        )

    def _terms(self, situation: Situation) -> WaitTerms:
        rules = situation.flow.client.operators
        circles = []
        if rules.usual:
            circles.append(Circle(rules.usual_for, (), rules.usual))
        if rules.prefer:
            circles.append(Circle(rules.prefer_for, rules.prefer))
        return WaitTerms(
            self.queue.priority,
            self.queue.skills,
            self.queue.max_wait,
            tuple(circles),
            rules.wrap_up,
        )
