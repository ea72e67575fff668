"""`set`: variables get new values, and the call goes on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import ClassVar

from ivr.flow.document import typed
from ivr.flow.node import Exit
from ivr.flow.types import NodeName, Text, Value, VariableName
from ivr.nodes.base import Kind, Leave, Situation

Assignments = dict[VariableName, Text]


class SetVariables(Kind):
    """Set variables. A value may use `{placeholders}`."""

    verb: ClassVar[str] = "set"
    set: Assignments
    next: NodeName | None = None

    def exits(self) -> Iterator[Exit]:
        yield self.exit("next")

    def written(self) -> Collection[str]:
        return self.set

    def enter(self, situation: Situation) -> Leave:
        return Leave("next", values=assigned(self.set, situation))


def assigned(settings: Mapping[VariableName, Text], situation: Situation) -> dict[str, Value]:
    """The new values, by full name, each in the type of its variable."""
    scope = situation.place.scope
    return {
        scope.full(name): typed(scope.types[name], situation.text(text))
        for name, text in settings.items()
    }
