"""The timeline of a call as values: its turns, its legs, and what else happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

STANDING = "standing"
"""The fact of a turn that says what the client's people had said of themselves: `ian away`."""


OTHER_CALL = "call"
"""The fact of an event that says which other call it leads to: a call back, or what it is for."""


@dataclass(frozen=True, slots=True)
class PathStep:
    """A node on the way of a turn, where it stands in its file, and the exit by which the call left
    it; None where the call stayed or ended there."""

    node: str
    file: str
    line: int
    exit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LegNote:
    """What is known of a call leg besides the caller's own: an operator's, a dialled person's.

    `key` tells it from every other leg; `call_sid` is the caller's call, `sid` the leg's own. `to`
    is whom it rang, `how` the way it ended in the carrier's words. Times are aware.
    """

    key: str
    call_sid: str
    role: str
    to: str | None = None
    sid: str | None = None
    started_at: AwareDatetime | None = None
    answered_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    how: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnNote:
    """A turn: what happened at `at`, and the `way` that it led, from the node where the call stood
    to the one where it then stands, in `version` of the flow.

    `event` is the kind of what happened. `said` are the keys or words that the flow understood,
    without what is secret; `facts` whatever else is known of it. `legs` are those that began or
    ended with the turn.
    """

    call_sid: str
    number: Annotated[int, Field(ge=0, lt=2**31)]
    at: AwareDatetime
    version: str
    event: str
    said: str | None = None
    facts: Mapping[str, str | int] = field(default_factory=dict)
    way: tuple[PathStep, ...] = ()
    legs: tuple[LegNote, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent:
    """Something that happened to a call between its turns, such as an operator putting it on hold.

    `what` says it in a few words; `who` did it, where anybody did. `once` tells it from every other
    event, so that the same note again changes nothing.
    """

    once: str
    call_sid: str
    at: AwareDatetime
    what: str
    who: str | None = None
    facts: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Timeline:
    """All that is kept of the course of one call, each in order of time."""

    turns: tuple[TurnNote, ...]
    legs: tuple[LegNote, ...]
    events: tuple[CallEvent, ...]


class LegRole(StrEnum):
    """Whose leg it is."""

    OPERATOR = "operator"
    PERSON = "person"
    THIRD_PARTY = "third party"
