"""`escalate`: ring the people of a rota, one after the other, until one of them accepts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field

from ivr.core.flow.node import Exit
from ivr.core.flow.types import Duration, Model, NodeName, RotaName, Text
from ivr.core.nodes.base import Kind, Leave, NodeContext
from ivr.core.nodes.put_through import NOBODY, not_put_through


class Ladder(Model):
    """Whom to ring, for how long each, how often round, and what they hear."""

    rota: RotaName = Field(description="The rota whose people are rung, in its order.")
    ring: Duration = Field(25, ge=5, le=120, description="How long each person is rung.")
    accept: Annotated[str, Field(pattern=r"^[0-9*#]$")] = Field(
        "1", description="The key with which a person takes the call."
    )
    whisper: Text | None = Field(
        None, description="What they hear before they are asked to accept."
    )
    rounds: int = Field(1, ge=1, le=5, description="How often the whole rota is rung.")


class Escalate(Kind):
    """Ring whoever is on call until somebody accepts; `nobody` where none of them does.

    People are not rung yet: the call goes to `nobody` at once, and `check` says so.
    """

    verb: ClassVar[str] = "escalate"
    example: ClassVar[str] = """\
on_call:
  escalate: {rota: oncall, ring: 25s, accept: "1", whisper: "{client.name}, {reason}", rounds: 2}
  nobody: take_message
"""
    escalate: Ladder = Field(description="Whom to ring, and how.")
    accepted: NodeName | None = Field(
        None, description="Where the caller goes after a call that was accepted; else it ends."
    )
    nobody: NodeName = Field(description="Where the caller goes if nobody accepts.")

    def exits(self) -> Iterator[Exit]:
        yield self.exit("accepted", by_caller=True, default="goodbye")
        yield self.exit("nobody")

    def not_yet(self) -> Iterator[str]:
        yield "nobody on the rota is rung yet; the call goes to 'nobody' at once"

    def enter(self, situation: NodeContext) -> Leave:
        return not_put_through(situation, None, emergency=True) or Leave(NOBODY)
