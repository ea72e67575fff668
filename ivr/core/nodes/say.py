"""`say`: the caller hears some words, and the call goes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from ivr.core.flow.node import Exit
from ivr.core.flow.types import NodeName
from ivr.core.flow.utterance import Spoken
from ivr.core.nodes.base import Kind, Leave, NodeContext


class SayText(Kind):
    """Say something, or play an audio file, and go on."""

    verb: ClassVar[str] = "say"
    example: ClassVar[str] = """\
greet: {say: "Good {daypart}, thank you for calling {client.say_as}.", next: open}
"""
    say: Spoken = Field(description="The words, an audio file, or a list of both.")
    next: NodeName | None = Field(None, description="Where the call goes then.")

    def exits(self) -> Iterator[Exit]:
        yield self.exit("next")

    def enter(self, situation: NodeContext) -> Leave:
        return Leave("next", situation.prompts(self.say))
