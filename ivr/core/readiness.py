"""Whether callers can be served, judged from the state of each part. Pure."""

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
    """The state of a part. `why` says in a word or two why it does not work, or is empty."""

    name: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether Tango can serve callers (`ready`), and the state of each part."""

    ready: bool
    parts: tuple[PartState, ...]

    @property
    def down(self) -> tuple[PartState, ...]:
        """The parts that do not work."""
        return tuple(each for each in self.parts if each.why)

    @property
    def degraded(self) -> bool:
        """Whether any part does not work."""
        return bool(self.down)


def judge(parts: Iterable[PartState]) -> Readiness:
    """Judge readiness: somebody must keep what callers say, and somebody must pass it on."""
    parts = tuple(parts)
    down = {each.name for each in parts if each.why}
    return Readiness(not down >= STORES and not any(map(_stops_all, parts)), parts)


def _stops_all(part: PartState) -> bool:
    process = part.name.partition("/")[0]
    return process == NOT_BRIDGED and part.why == SILENT
