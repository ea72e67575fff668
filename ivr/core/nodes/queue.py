"""`queue`: the caller waits for a human operator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, Field, model_validator

from ivr.core.call.events import (
    CallBackWaits,
    CardNumber,
    Claimed,
    Dialled,
    Event,
    NobodyAtWork,
    Pressed,
    QueueFull,
    QueueUnavailable,
    WaitExpired,
    Waiting,
)
from ivr.core.call.instructions import (
    Conference,
    Continue,
    Listen,
    Play,
    Prompt,
    RoutingTier,
    Verb,
    WaitTerms,
)
from ivr.core.flow.node import Exit
from ivr.core.flow.types import Faults, NodeName, Path, Value
from ivr.core.nodes import call_back as calling_back
from ivr.core.nodes.base import Kind, Leave, NodeContext, Stay, Step
from ivr.core.nodes.call_back import Agreed, CallBackOffer, Dropped, Question
from ivr.core.nodes.hold_words import hold_words
from ivr.core.nodes.put_through import not_put_through
from ivr.core.nodes.waiting_terms import WaitingTerms

HOLD_MUSIC = "/media/hold.wav"
KEY_SECONDS = 1
"""Silence after the music in which a key still counts, before the next stretch begins."""


def _none_means_usual(value: Any) -> Any:
    return value or {}


class Queue(Kind):
    """Hand the caller to an operator, or go on after `max_wait`.

    Callers hear your own words and music, and may press a key at any time: for a message, or to be
    called back. A call back keeps their place in line.
    """

    verb: ClassVar[str] = "queue"
    example: ClassVar[str] = """\
operators:
  queue:
    max_wait: 5m
    while_waiting: ["Did you know that we paint on Saturdays too?", "Thank you for your patience."]
    expected_wait: yes
    leave_message: "1"
    call_back: {key: "2", tries: 3, after: 10m, hours: office}
  answered: done
  nobody: take_message
  message: take_message
  callback: done
"""
    queue: Annotated[WaitingTerms, BeforeValidator(_none_means_usual)] = Field(
        description="On what terms the caller waits, and what they hear."
    )
    answered: NodeName | None = Field(
        None, description="Where the call goes after the talk; else it ends."
    )
    nobody: NodeName = Field(
        description="Where the call goes if no operator takes it in time, or if all who might are "
        "off shift."
    )
    overflow: NodeName | None = Field(
        None, description="Where the call goes if `max_waiting` are in line; default: `nobody`."
    )
    callback: NodeName | None = Field(
        None, description="Where the call goes once a call back is promised."
    )
    message: NodeName | None = Field(
        None, description="Where the call goes with the key `leave_message`."
    )

    @model_validator(mode="after")
    def _keys_and_ways(self) -> Self:
        """Refuse a way to which no key leads, and one key for two ways."""
        faults: list[tuple[Path, str]] = []
        leave_message, rule = self.queue.leave_message, self.call_back
        if self.message is not None and leave_message is None:
            text = "no key leads to 'message'; give 'queue' a 'leave_message: \"1\"'"
            faults.append((("message",), text))
        if rule is not None and rule.key == leave_message:
            text = f"the key '{rule.key}' asks for a call back already; choose another"
            faults.append((("queue", "leave_message"), text))
        if faults:
            raise Faults(faults)
        return self

    @property
    def call_back(self) -> CallBackOffer | None:
        """How callers ask to be called back, where they may."""
        wanted = self.callback is not None or self.queue.offer_callback_after is not None
        return self.queue.call_back or (CallBackOffer.model_validate({}) if wanted else None)

    def exits(self) -> Iterator[Exit]:
        yield Exit("answered", self.answered, ("answered",), by_caller=True, default="goodbye")
        yield self.exit("nobody")
        yield Exit("overflow", self.overflow, ("overflow",), optional=True)
        for name, offered in (("message", self.queue.leave_message), ("callback", self.call_back)):
            target = getattr(self, name)
            yield Exit(name, target, (name,), by_caller=True, optional=offered is None)

    def enter(self, situation: NodeContext) -> Stay | Leave:
        instead = not_put_through(situation, None)
        if instead is not None:
            return instead
        own = self.queue.joined
        said = situation.prompts(own) if own else (situation.phrase("queue_joined"),)
        return self._hold(situation, said, {})

    def resume(self, situation: NodeContext, event: Event) -> Step:
        rule = self.call_back
        match event:
            case Claimed(room):
                return self._connect(situation, room)
            case Dialled():
                # Without a room nobody knows that they have talked: they are not sent away.
                return Leave("answered" if "room" in situation.memory else "nobody")
            case QueueFull():
                return Leave("overflow" if "overflow" in situation.place.exits else "nobody")
            case NobodyAtWork() | QueueUnavailable():
                return Leave("nobody")
            case Waiting() if "room" in situation.memory:
                # The conversation has been cut off, or is to go on with another operator.
                return self._hold(situation, (situation.phrase("queue_again"),), {"position": 1})
            case CallBackWaits() if rule:
                return Leave("callback", (situation.phrase("call_back_waits"),))
        if rule and calling_back.is_arranging(situation.memory):
            return self._arrange(rule, situation, calling_back.reply(situation, event))
        match event:
            case Waiting():
                key = rule.key if rule else None
                return self._hold(situation, *hold_words(self.queue, key, situation, event))
            case WaitExpired():
                return Leave("nobody")
            case Pressed(keys) if keys[:1] and keys[:1] == self.queue.leave_message:
                return Leave("message")
            case Pressed(keys) if rule and keys[:1] == rule.key:
                return self._ask(situation, calling_back.begin(situation))
            case CardNumber():
                return self._hold(situation, (situation.phrase("no_cards"),), situation.memory)
            case _:
                return self._hold(situation, (), situation.memory)

    def _arrange(
        self, rule: CallBackOffer, situation: NodeContext, reply: calling_back.Reply
    ) -> Stay | Leave:
        match reply:
            case Question():
                return self._ask(situation, reply)
            case Agreed():
                promise = calling_back.promise(rule, situation, reply, self._terms(situation))
                said = (situation.phrase("call_back_promised"),)
                return Leave("callback", said, effects=(promise,))
            case Dropped():
                said = (situation.phrase("call_back_dropped"),)
                return self._hold(situation, said, calling_back.forgotten(situation.memory))

    def _ask(self, situation: NodeContext, question: Question) -> Stay:
        memory = {**calling_back.forgotten(situation.memory), **question.memory}
        terms = self._terms(situation)
        return Stay((question.listen,), question.attempt, memory, terms)

    def _hold(
        self, situation: NodeContext, prompts: tuple[Prompt, ...], memory: Mapping[str, Value]
    ) -> Stay:
        name = self.queue.music
        music = Play(situation.audio_url(name) if name else HOLD_MUSIC, music=True)
        verbs: tuple[Verb, ...] = (*prompts, music, Continue())
        if self.call_back or self.queue.leave_message:
            heard = (*prompts, music)
            verbs = (Listen(heard, digits=1, finish_on_key="", timeout=KEY_SECONDS, hold=True),)
        return Stay(verbs, memory=memory, terms=self._terms(situation))

    def _connect(self, situation: NodeContext, room: str) -> Stay:
        terms = self._terms(situation)
        said: tuple[Prompt, ...] = (situation.phrase("connecting"),)
        if terms.recorded:
            said = (*said, self._notice(situation))
        verbs: tuple[Verb, ...] = (*said, Conference(room, terms.recorded))
        return Stay(verbs, memory={"room": room}, terms=terms)

    def _notice(self, situation: NodeContext) -> Prompt:
        """Who is recorded is told so first."""
        notice = situation.flow.client.recording.notice
        return situation.say(notice) if notice else situation.phrase("recorded")

    def _terms(self, situation: NodeContext) -> WaitTerms:
        rules = situation.flow.client.operators
        circles = []
        if rules.usual:
            circles.append(RoutingTier(rules.usual_for, (), rules.usual))
        if rules.prefer:
            circles.append(RoutingTier(rules.prefer_for, rules.prefer))
        return WaitTerms(
            self.queue.priority,
            self.queue.skills,
            self.queue.max_wait,
            tuple(circles),
            rules.wrap_up,
            self.queue.max_waiting,
            self.queue.expected_wait,
            situation.flow.client.recording.calls,
        )
