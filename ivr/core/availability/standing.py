"""How a client's people stand at one moment: what the flow, the jobs and the screens ask."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ivr.core.flow.people import EVERYBODY


class StatusKind(StrEnum):
    """What somebody says of themselves."""

    AWAY = "away"
    """They are not there: nobody rings them, and others see to what would be theirs."""
    MESSAGES = "messages"
    """They are there, and callers leave a message instead of being put through."""
    EMERGENCIES = "emergencies"
    """They are there for emergencies; for everything else they are not."""


@dataclass(frozen=True, slots=True)
class Availability:
    """Who of a client's people has said something of themselves, and what.

    `people` are by short name; `everybody` is what was said for all of them. What somebody says of
    themselves counts more than that.
    """

    people: Mapping[str, StatusKind] = field(default_factory=dict)
    everybody: StatusKind | None = None

    def of(self, person: str) -> StatusKind | None:
        """What counts for a person (by short name); None where they are there as usual."""
        return self.people.get(person, self.everybody)

    def takes_calls(self, person: str, emergency: bool = False) -> bool:
        """Whether a caller may be put through to them."""
        kind = self.of(person)
        return kind is None or (emergency and kind is StatusKind.EMERGENCIES)

    def takes_jobs(self, person: str, emergency: bool = False) -> bool:
        """Whether what a call leaves open may become theirs. Who wants messages wants jobs."""
        return self.takes_calls(person, emergency) or self.of(person) is StatusKind.MESSAGES

    def wants_messages(self, person: str, emergency: bool = False) -> bool:
        """Whether a caller who would be put through to them leaves a message instead."""
        return self.of(person) in _INSTEAD and not self.takes_calls(person, emergency)

    def all_want_messages(self, people: Collection[str], emergency: bool = False) -> bool:
        """Whether a caller of the client leaves a message instead of speaking with anybody, also
        at the agency: where that was said for everybody, or each of the `people` has said so."""
        excepted = emergency and self.everybody is StatusKind.EMERGENCIES
        if self.everybody in _INSTEAD and not excepted:
            return True
        return bool(people) and all(self.wants_messages(person, emergency) for person in people)

    def to_data(self) -> dict[str, str]:
        """As plain data: kinds by short name, and by `everybody`."""
        whole = {EVERYBODY: self.everybody.value} if self.everybody else {}
        return {**{name: kind.value for name, kind in self.people.items()}, **whole}

    @classmethod
    def from_data(cls, data: Mapping[str, str]) -> Availability:
        """The standing of which `to_data` made `data`."""
        kinds = {name: StatusKind(kind) for name, kind in data.items()}
        return cls(kinds, kinds.pop(EVERYBODY, None))

    def __bool__(self) -> bool:
        return bool(self.people) or self.everybody is not None


_INSTEAD = (StatusKind.MESSAGES, StatusKind.EMERGENCIES)

AS_USUAL = Availability()
"""Nobody has said anything."""

StandingOf = Callable[[str, datetime], Availability]
"""How the people of a client (by short name) stand at a moment."""
