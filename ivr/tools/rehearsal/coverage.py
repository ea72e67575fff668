"""Which ways of a flow no test takes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ivr.core.call.engine import CallFlow
from ivr.core.flow.flow import LAST_GOODBYE, LAST_RESORT

_BUILT_IN = (LAST_RESORT, LAST_GOODBYE)


@dataclass(frozen=True, slots=True)
class Untaken:
    """An exit that no test takes, and the node's place in the file."""

    node: str
    exit: str
    target: str
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.node}: {self.exit} → {self.target}"


def exits_of(flow: CallFlow) -> int:
    """How many exits the flow's own nodes have."""
    return sum(len(p.exits) for name, p in flow.places.items() if name not in _BUILT_IN)


def untaken(flow: CallFlow, taken: Collection[tuple[str, str]]) -> Iterator[Untaken]:
    """The exits that are not among `taken`, in the order of the file."""
    for name, place in flow.places.items():
        for exit_, target in place.exits.items() if name not in _BUILT_IN else ():
            if (name, exit_) not in taken:
                yield Untaken(name, exit_, target, place.file, place.line)
