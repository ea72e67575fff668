"""`hours`: is the client open now?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from ivr.flow.node import Exit
from ivr.flow.types import CalendarName, NodeName
from ivr.nodes.base import Kind, Leave, Situation


class OpeningHours(Kind):
    """Go one way while the calendar says open, the other while it says closed."""

    verb: ClassVar[str] = "hours"
    example: ClassVar[str] = """\
open: {hours: office, open: main, closed: after_hours}
"""
    hours: CalendarName = Field(description="The calendar that is asked.")
    open: NodeName = Field(description="Where the call goes within the hours.")
    closed: NodeName = Field(description="Where the call goes outside of them.")

    def exits(self) -> Iterator[Exit]:
        yield self.exit("open")
        yield self.exit("closed")

    def enter(self, situation: Situation) -> Leave:
        calendar = situation.flow.calendars[self.hours]
        return Leave("open" if calendar.is_open(situation.now) else "closed")
