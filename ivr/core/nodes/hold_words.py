"""What a waiting caller is told between two stretches of music: little, and only what is new."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.core.call.events import Waiting
from ivr.core.call.instructions import Prompt
from ivr.core.flow.types import Key, Value
from ivr.core.language import waits
from ivr.core.nodes.base import NodeContext
from ivr.core.nodes.waiting_terms import WaitingTerms

OFFER_AGAIN = 90
"""Seconds after which the keys are named once more."""

Words = tuple[tuple[Prompt, ...], Mapping[str, Value]]
"""What is said, and what is remembered of it."""


def hold_words(
    terms: WaitingTerms, call_back: Key | None, situation: NodeContext, waiting: Waiting
) -> Words:
    """What to say now: what has changed of place and wait, else the keys, else own words.

    `call_back` is the key for a call back, if there is one.
    """
    said, memory = _standing(terms, situation, waiting)
    if terms.names_keys(call_back) and _due(situation, "offered", terms.offer_after, OFFER_AGAIN):
        said = (*said, *_keys(terms, call_back, situation))
        memory = {**memory, "offered": situation.waited}
    if said or not terms.while_waiting:
        return said, memory
    if not _due(situation, "comforted", terms.every, terms.every):
        return said, memory
    turn = int(situation.memory.get("comforts", 0))
    message = terms.while_waiting[turn % len(terms.while_waiting)]
    memory = {**memory, "comforted": situation.waited, "comforts": turn + 1}
    return situation.prompts((message,)), memory


def _standing(terms: WaitingTerms, situation: NodeContext, waiting: Waiting) -> Words:
    """The caller's place and how long it may take, each where it has changed."""
    memory = dict(situation.memory)
    said: list[Prompt] = []
    if terms.position and memory.get("position") != waiting.position:
        said.append(_place(situation, waiting.position))
    memory["position"] = waiting.position
    if terms.expected_wait and waiting.expected is not None:
        wait = waits.say(waiting.expected, situation.phrases)
        if memory.get("wait") != wait:
            said.append(situation.phrase("queue_wait", wait=wait))
        memory["wait"] = wait
    return tuple(said), memory


def _place(situation: NodeContext, position: int) -> Prompt:
    if position == 1:
        return situation.phrase("queue_first")
    return situation.phrase("queue_position", position=str(position))


def _keys(terms: WaitingTerms, call_back: Key | None, situation: NodeContext) -> tuple[Prompt, ...]:
    offers = (("offer_call_back", call_back), ("offer_message", terms.leave_message))
    return tuple(situation.phrase(name, key=key) for name, key in offers if key)


def _due(situation: NodeContext, what: str, first: int, again: int) -> bool:
    """Whether it is time for something that was last said when the caller had waited so long."""
    last = situation.memory.get(what)
    return situation.waited >= (first if last is None else float(last) + again)
