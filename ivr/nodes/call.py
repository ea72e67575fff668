"""`call`: a template takes the call over, and hands it back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from ivr.flow.node import Exit, Use
from ivr.flow.types import Assigned, NodeName, TemplateName
from ivr.nodes.base import Kind, Leave, Situation


class CallTemplate(Kind):
    """Run a template with inputs. Where it says `return`, the call goes on at `next`.

    The template's nodes stand in the flow under this node's name (`after_hours/ask`), each use
    with variables of its own.
    """

    verb: ClassVar[str] = "call"
    call: TemplateName
    with_: dict[str, Assigned] = Field(default_factory=dict, alias="with")
    next: NodeName | None = None

    def exits(self) -> Iterator[Exit]:
        yield Exit("next", self.next, ("next",), optional=True)

    def uses(self) -> Use:
        return Use(self.call, self.with_)

    def enter(self, situation: Situation) -> Leave:
        inside = situation.flow.places[situation.place.exits["begin"]].scope
        values = {
            inside.full(name): situation.assigned(inside.types[name], text)
            for name, text in self.with_.items()
            if name in inside.types
        }
        return Leave("begin", values=values)
