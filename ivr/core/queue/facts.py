"""What has happened in the queue, as its scripts note it for the records.

A fact is noted in the very act that it tells of, in a Redis stream, so that no caller and no
operator waits for the database; the relay moves it on. A *visit* is one stay of a caller in the
queue, however often they are offered: it is known by call and the time of joining. Times are
milliseconds since 1970.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from ivr.core.queue.states import Presence
from ivr.errors import QueueError


class OfferEnd(StrEnum):
    """How an offer ended."""

    MISSED = "missed"
    """The operator was rung in vain."""
    DECLINED = "declined"
    """The operator has refused the caller by key."""
    WITHDRAWN = "withdrawn"
    """The caller went, or the operator was not rung after all."""
    FINISHED = "finished"
    HANDED_ON = "handed_on"
    LOST = "lost"
    """The operator's connection broke."""


class VisitEnd(StrEnum):
    """How a caller left the queue."""

    FINISHED = "finished"
    HUNG_UP = "hung_up"
    MOVED_ON = "moved_on"
    """They went another way of the flow, such as to a message or a call back."""
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class CallerJoined:
    """A caller has come into the queue; `callback` says that it is a promised call back."""

    what: Literal["joined"]
    at: int
    call_sid: str
    joined: int
    client: str
    priority: int
    callback: bool


@dataclass(frozen=True, slots=True)
class Offered:
    """An operator is to be rung; `id` is the reservation's."""

    what: Literal["offered"]
    at: int
    id: str
    call_sid: str
    joined: int
    operator: str


@dataclass(frozen=True, slots=True)
class OperatorAnswered:
    """The operator has answered."""

    what: Literal["answered"]
    at: int
    id: str
    call_sid: str
    joined: int
    operator: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A reservation is over."""

    what: Literal["ended"]
    at: int
    id: str
    call_sid: str
    joined: int
    operator: str
    how: OfferEnd


@dataclass(frozen=True, slots=True)
class CallerLeft:
    """A caller has left the queue."""

    what: Literal["left"]
    at: int
    call_sid: str
    joined: int
    how: VisitEnd


@dataclass(frozen=True, slots=True)
class StateBegan:
    """An operator is in another state; `number` tells those of one moment apart."""

    what: Literal["state"]
    at: int
    operator: str
    number: int
    state: Presence
    reason: str | None = None


Fact = CallerJoined | Offered | OperatorAnswered | Ended | CallerLeft | StateBegan

_fact: TypeAdapter[Fact] = TypeAdapter(Annotated[Fact, Field(discriminator="what")])


def fact_from_json(text: str | bytes) -> Fact:
    """The fact that a script has noted. Raises `QueueError`."""
    try:
        return _fact.validate_json(text)
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False)
        places = (f"{'.'.join(map(str, p['loc'])) or 'fact'}: {p['msg']}" for p in problems)
        raise QueueError(f"This is not a fact of the queue: {'; '.join(places)}.") from error
