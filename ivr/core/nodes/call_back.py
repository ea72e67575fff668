"""How a waiting caller asks to be called back: the key, the number, and yes to it.

A dialogue of two questions inside the `queue` node. The caller stands in line all the while, and
is put through in the middle of it if their turn comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from ivr.core.call.events import Event, Pressed
from ivr.core.call.instructions import Listen, PromiseCallBack, Prompt, WaitTerms
from ivr.core.costly_numbers import costly
from ivr.core.flow.types import CalendarName, Duration, Key, Model, TelephoneKey, Value, parse_phone
from ivr.core.language import values
from ivr.core.nodes.base import NodeContext
from ivr.core.nodes.message import known_fields

ASKED, NUMBER = "call_back", "number"
"""What the node remembers: which question was asked last, and about which number."""


class CallBackOffer(Model):
    """With which key a waiting caller asks to be called back, and how often that is tried."""

    key: TelephoneKey = Field(Key("1"), description="The key for it, at any time while waiting.")
    tries: int = Field(
        3, ge=1, le=9, description="How often they are called before it is given up."
    )
    after: Duration = Field(
        600, ge=60, le=86400, description="How long after a call that was not taken comes the next."
    )
    hours: CalendarName | None = Field(
        None, description="The calendar in whose hours they are called; default: at any time."
    )


def _key_alone(value: Any) -> Any:
    return {"key": value} if isinstance(value, str) else (value or {})


CallBackOrKey = Annotated[
    CallBackOffer, BeforeValidator(_key_alone, json_schema_input_type=CallBackOffer | str)
]


@dataclass(frozen=True, slots=True)
class Question:
    """Ask the caller, for the `attempt`th time again, and remember `memory`."""

    listen: Listen
    memory: Mapping[str, Value]
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class Agreed:
    """The caller wants to be called on `number` (E.164)."""

    number: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """The caller has not answered: they simply go on waiting."""


Reply = Question | Agreed | Dropped


def is_arranging(memory: Mapping[str, Value]) -> bool:
    """Whether a question about the call back was asked last."""
    return ASKED in memory


def forgotten(memory: Mapping[str, Value]) -> dict[str, Value]:
    """The node's memory without the questions about the call back."""
    return {name: value for name, value in memory.items() if name not in (ASKED, NUMBER)}


def begin(situation: NodeContext) -> Question:
    """The caller has pressed the key: which number? Theirs, if it is one that can be called."""
    number = _number(situation.caller or "")
    return _right(situation, number) if number else _where(situation)


def reply(situation: NodeContext, event: Event) -> Reply:
    """What follows an answer; any other event than keys stands for none."""
    keys = event.keys if isinstance(event, Pressed) else ""
    number = str(situation.memory.get(NUMBER, ""))
    if not number:
        given = _number(keys.rstrip("#"))
        return _right(situation, given) if given else _again(situation, keys)
    match keys[:1]:
        case "1":  # as the question says
            return Agreed(number)
        case "2":
            return _where(situation)
        case _:
            return _again(situation, keys)


def promise(
    rule: CallBackOffer, situation: NodeContext, agreed: Agreed, terms: WaitTerms
) -> PromiseCallBack:
    """The promise that is made, of the place that the caller has had until now."""
    return PromiseCallBack(
        number=agreed.number,
        name=situation.flow.ringing(situation.caller).name,
        node=situation.place.name,
        joined_at=situation.waiting_since or situation.now,
        terms=terms,
        tries=rule.tries,
        after=rule.after,
        hours=rule.hours,
        fields=known_fields(situation.flow, situation.variables),
    )


def _right(
    situation: NodeContext, number: str, before: tuple[Prompt, ...] = (), attempt: int = 0
) -> Question:
    asked = situation.phrase("call_back_here", number=values.phone(number, situation.phrases))
    listen = Listen((*before, asked), digits=1, finish_on_key="")
    return Question(listen, {ASKED: "right", NUMBER: number}, attempt)


def _where(situation: NodeContext, before: tuple[Prompt, ...] = (), attempt: int = 0) -> Question:
    listen = Listen((*before, situation.phrase("call_back_where")), timeout=8)
    return Question(listen, {ASKED: "where"}, attempt)


def _again(situation: NodeContext, keys: str) -> Reply:
    if situation.attempt >= situation.place.scope.defaults.retries:
        return Dropped()
    before = (situation.phrase("no_match" if keys else "no_input"),)
    number = str(situation.memory.get(NUMBER, ""))
    attempt = situation.attempt + 1
    if number:
        return _right(situation, number, before, attempt)
    return _where(situation, before, attempt)


def _number(text: str) -> str | None:
    try:
        number = parse_phone(text)
    except ValueError:
        return None
    return None if costly(number) else number
