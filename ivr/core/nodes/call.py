"""`call`: a template takes the call over, and hands it back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from ivr.core.flow.node import Exit, Use
from ivr.core.flow.parse import RETURN
from ivr.core.flow.types import Assigned, NodeName, TemplateName, Value, VariableName
from ivr.core.nodes.base import Kind, Leave, NodeContext


class CallTemplate(Kind):
    """Run a template with inputs. Where it says `return`, the call goes on at `next`.

    With `returns`, variables take over outputs of the template on the way back.

    The template's nodes stand in the flow under this node's name (`after_hours/ask`), each use
    with variables of its own.
    """

    verb: ClassVar[str] = "call"
    example: ClassVar[str] = """\
after_hours:
  call: after-hours
  with: {back: "at nine on Monday", urgent: urgent}
  next: take_message
"""
    call: TemplateName = Field(description="The template to run.")
    with_: dict[str, Assigned] = Field(
        default_factory=dict, alias="with", description="Its inputs, by name."
    )
    returns: dict[VariableName, str] = Field(
        default_factory=dict, description="Your variables, each with the output it takes over."
    )
    next: NodeName | None = Field(None, description="Where the call goes when it comes back.")

    def exits(self) -> Iterator[Exit]:
        yield Exit("next", self.next, ("next",), optional=True)

    def uses(self) -> Use:
        return Use(self.call, self.with_, self.returns)

    def enter(self, situation: NodeContext) -> Leave:
        if "begin" not in situation.place.exits:
            return Leave("next", values=self._taken_over(situation))
        inside = situation.flow.places[situation.place.exits["begin"]].scope
        values = {
            inside.full(name): situation.assigned(inside.types[name], text)
            for name, text in self.with_.items()
            if name in inside.types
        }
        # Each run begins anew: what an earlier one left in the outputs does not count.
        outputs = (inside.full(name) for name in self.returns.values())
        values |= {name: situation.flow.variables[name] for name in outputs}
        return Leave("begin", values=values)

    def _taken_over(self, situation: NodeContext) -> dict[str, Value]:
        """The new values of our variables: this is the place to which the template returns."""
        prefix = situation.place.name.removesuffix(RETURN)
        given = {**situation.flow.variables, **situation.variables}
        scope = situation.place.scope
        return {scope.full(own): given[prefix + name] for own, name in self.returns.items()}
