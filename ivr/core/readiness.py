"""Whether callers can be served and everything goes on, told from how each part is. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

STORES = frozenset({"redis", "database"})
"""Either stands in for the other while it is away; what a call tells is kept in one of them."""

SILENT, FAILS = "silent", "fails"
NOT_BRIDGED = "relay"
"""The process for which nothing stands in: without it no operator is rung and no message goes
out."""


@dataclass(frozen=True, slots=True)
class PartState:
    """How a part is: `why` says in a word or two why it cannot do its work; empty where it can."""

    name: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether whatever is down is bridged (`ready`), and whether anything is (`degraded`)."""

    ready: bool
    parts: tuple[PartState, ...]

    @property
    def down(self) -> tuple[PartState, ...]:
        """The parts that cannot do their work."""
        return tuple(each for each in self.parts if each.why)

    @property
    def degraded(self) -> bool:
        """Whether there are such."""
        return bool(self.down)


def judge(parts: Iterable[PartState]) -> Readiness:
    """Ready is who keeps what callers say, and passes it on."""
    parts = tuple(parts)
    down = {each.name for each in parts if each.why}
    return Readiness(not down >= STORES and not any(map(_stops_all, parts)), parts)


def _stops_all(part: PartState) -> bool:
    process = part.name.partition("/")[0]
    return process == NOT_BRIDGED and part.why == SILENT
