"""`hours`: is the client open now?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ivr.flow.node import Exit
from ivr.flow.types import CalendarName, NodeName
from ivr.nodes.base import Kind, Leave, Situation


class OpeningHours(Kind):
    """Go one way while the calendar says open, the other while it says closed."""

    verb: ClassVar[str] = "hours"
    hours: CalendarName
    open: NodeName
    closed: NodeName

    def exits(self) -> Iterator[Exit]:
        yield self.exit("open")
        yield self.exit("closed")

    def enter(self, situation: Situation) -> Leave:
        calendar = situation.flow.calendars[self.hours]
        return Leave("open" if calendar.is_open(situation.now) else "closed")
