"""`hangup`: the call ends, with or without a last word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ivr.flow.node import Exit
from ivr.flow.types import Text
from ivr.instructions import Hangup
from ivr.nodes.base import End, Kind, Situation


class HangUp(Kind):
    """Say goodbye, if there are words for it, and end the call."""

    verb: ClassVar[str] = "hangup"
    hangup: Text | None

    def exits(self) -> Iterator[Exit]:
        return iter(())

    def enter(self, situation: Situation) -> End:
        words = (situation.say(self.hangup),) if self.hangup else ()
        return End((*words, Hangup()))
