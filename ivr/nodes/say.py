"""`say`: the caller hears some words, and the call goes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ivr.flow.node import Exit
from ivr.flow.types import NodeName, Text
from ivr.nodes.base import Kind, Leave, Situation


class SayText(Kind):
    """Say something and go on."""

    verb: ClassVar[str] = "say"
    say: Text
    next: NodeName | None = None

    def exits(self) -> Iterator[Exit]:
        yield self.exit("next")

    def enter(self, situation: Situation) -> Leave:
        return Leave("next", (situation.say(self.say),))
