"""`branch`: the first condition that holds decides the way."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import ClassVar

from pydantic import Field

from ivr.core.flow.conditions import decided, holds
from ivr.core.flow.node import Exit
from ivr.core.flow.types import Condition, Model, NodeName
from ivr.core.nodes.base import Kind, Leave, NodeContext


class Case(Model):
    """One condition and where it leads."""

    if_: Condition = Field(alias="if", description="The condition.")
    next: NodeName = Field(description="Where the call goes if it holds.")


class Branch(Kind):
    """Take the first case whose condition holds, else `else`."""

    verb: ClassVar[str] = "branch"
    example: ClassVar[str] = """\
which:
  branch:
    - {if: 'reason == "emergency" and not caller.withheld', next: urgent}
  else: operators
"""
    branch: tuple[Case, ...] = Field(
        min_length=1, max_length=100, description="The cases, tried in their order."
    )
    else_: NodeName = Field(alias="else", description="Where the call goes if no condition holds.")

    def exits(self) -> Iterator[Exit]:
        for index, case in enumerate(self.branch):
            yield Exit(f"case {index + 1}", case.next, ("branch", index, "next"))
        yield Exit("else", self.else_, ("else",))

    def enter(self, situation: NodeContext) -> Leave:
        types, values = situation.place.scope.types, situation.values()
        people = situation.flow.people
        for index, case in enumerate(self.branch):
            if holds(case.if_, types, values, situation.facts(), people):
                return Leave(f"case {index + 1}")
        return Leave("else")

    def open_ways(self, situation: NodeContext, unknown: Collection[str]) -> tuple[str, ...]:
        """The exits that a call may take whatever the variables `unknown` (local names) hold."""
        types, values = situation.place.scope.types, situation.values()
        facts, people = situation.facts(), situation.flow.people
        found: list[str] = []
        for index, case in enumerate(self.branch):
            holds_ = decided(case.if_, types, values, facts, people, unknown)
            if holds_ is not False:
                found.append(f"case {index + 1}")
            if holds_:
                return tuple(found)
        return (*found, "else")
