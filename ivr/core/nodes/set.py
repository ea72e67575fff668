"""`set`: variables get new values, and the call goes on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from pydantic import Field

from ivr.core.flow.node import Exit, Write
from ivr.core.flow.types import Assigned, NodeName, Path, Value, VariableName
from ivr.core.nodes.base import Kind, Leave, NodeContext

Assignments = dict[VariableName, Assigned]


class SetVariables(Kind):
    """Set variables. A value may use `{placeholders}`."""

    verb: ClassVar[str] = "set"
    example: ClassVar[str] = """\
mark: {set: {reason: emergency}, next: urgent}
"""
    set: Assignments = Field(description="The new values, by variable.")
    next: NodeName | None = Field(None, description="Where the call goes then.")

    def exits(self) -> Iterator[Exit]:
        yield self.exit("next")

    def writes(self) -> Iterator[Write]:
        return assignments(self.set, ("set",))

    def enter(self, situation: NodeContext) -> Leave:
        return Leave("next", values=assigned(self.set, situation))


def assignments(settings: Mapping[VariableName, Assigned], path: Path) -> Iterator[Write]:
    """What `settings`, which stand at `path`, assign."""
    for name, text in settings.items():
        yield Write(name, (*path, name), text)


def assigned(settings: Mapping[VariableName, Assigned], situation: NodeContext) -> dict[str, Value]:
    """The new values, by full name, each in the type of its variable."""
    scope = situation.place.scope
    return {
        scope.full(name): situation.assigned(scope.types[name], text)
        for name, text in settings.items()
    }
