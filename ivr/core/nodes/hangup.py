"""`hangup`: the call ends, with or without a last word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from ivr.core.call.instructions import Hangup
from ivr.core.flow.node import Exit
from ivr.core.flow.utterance import Spoken
from ivr.core.nodes.base import End, Kind, NodeContext


class EndCall(Kind):
    """Say goodbye, if there are words for it, and end the call.

    With `reject`, and where nothing has been said before, the call is refused without being
    answered, so that it costs nothing.
    """

    verb: ClassVar[str] = "hangup"
    example: ClassVar[str] = """\
done: {hangup: "Thank you. Goodbye."}
"""
    hangup: Spoken | None = Field(description="The last words, or nothing.")
    reject: Literal["busy", "rejected"] | None = Field(
        None, description="Refuse the call: the caller hears the engaged tone, or that it failed."
    )

    @model_validator(mode="after")
    def _refused_in_silence(self) -> Self:
        if self.reject and self.hangup:
            raise ValueError("a refused caller hears no words; leave out the words or 'reject'")
        return self

    def exits(self) -> Iterator[Exit]:
        return iter(())

    def enter(self, situation: NodeContext) -> End:
        if self.reject:
            return End((Hangup(self.reject),), outcome="refused")
        words = situation.prompts(self.hangup) if self.hangup else ()
        return End((*words, Hangup()))
